using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Tests.Expressions;

/// <summary>Shape of a convolution or pooling window along rows and columns.</summary>
internal sealed record Window(int Kernel, int Stride = 1, int Dilation = 1, int PadBefore = 0, int PadAfter = 0)
{
    public int Output(int input) => (input + PadBefore + PadAfter - (Kernel - 1) * Dilation - 1) / Stride + 1;

    public AffineIndex Index(string outer, string inner) => new([new AffineTerm(outer, Stride), new AffineTerm(inner, Dilation)], -PadBefore);
}

/// <summary>Computations as the model's front end would build them, for tests.</summary>
internal static class Samples
{
    public static Computation Conv(
        int height, int width, int inChannels, int outChannels, Window window, int groups = 1,
        bool relu = true, bool residual = false, int outputChannels = 0, int outputOffset = 0)
    {
        var (oh, ow) = (window.Output(height), window.Output(width));
        var (icg, ocg) = (inChannels / groups, outChannels / groups);
        var filter = groups == 1 ? AffineIndex.Of("oc") : new AffineIndex([new AffineTerm("g", ocg), new AffineTerm("oc", 1)], 0);
        var channel = groups == 1 ? AffineIndex.Of("ic") : new AffineIndex([new AffineTerm("g", icg), new AffineTerm("ic", 1)], 0);
        var input = new BufferSpec("x", BufferRole.Activation, [height, width, inChannels]);
        var weight = new BufferSpec("w", BufferRole.Weight, [outChannels, icg, window.Kernel, window.Kernel]);
        var bias = new BufferSpec("b", BufferRole.Weight, [outChannels]);
        var skip = new BufferSpec("s", BufferRole.Activation, [oh, ow, outChannels]);
        Expr epilogue = Add(new Expr.Accumulator(), new Expr.Read(bias, [filter]));
        if (residual) epilogue = Add(epilogue, new Expr.Read(skip, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), filter]));
        if (relu) epilogue = new Expr.Binary(BinaryOp.Max, epilogue, new Expr.Constant(0));
        ImmutableArray<Axis> group = groups == 1 ? [] : [new Axis("g", groups, AxisKind.Spatial)];
        return new Computation
        {
            Axes =
            [
                .. group, new Axis("oc", ocg, AxisKind.Spatial), new Axis("oh", oh, AxisKind.Spatial), new Axis("ow", ow, AxisKind.Spatial),
                new Axis("ic", icg, AxisKind.Reduction), new Axis("kh", window.Kernel, AxisKind.Reduction), new Axis("kw", window.Kernel, AxisKind.Reduction),
            ],
            Inputs = residual ? [input, weight, bias, skip] : [input, weight, bias],
            Output = new BufferSpec("y", BufferRole.Output, [oh, ow, Math.Max(outputChannels, outChannels)]),
            OutputIndices = [AffineIndex.Of("oh"), AffineIndex.Of("ow"), filter with { Offset = outputOffset }],
            Reducer = Reducer.Sum,
            Term = Multiply(
                new Expr.Read(input, [window.Index("oh", "kh"), window.Index("ow", "kw"), channel]),
                new Expr.Read(weight, [filter, AffineIndex.Of("ic"), AffineIndex.Of("kh"), AffineIndex.Of("kw")])),
            Epilogue = epilogue,
            LaneAxis = "oc",
        };
    }

    public static Computation Depthwise(int height, int width, int channels, Window window)
    {
        var (oh, ow) = (window.Output(height), window.Output(width));
        var input = new BufferSpec("x", BufferRole.Activation, [height, width, channels]);
        var weight = new BufferSpec("w", BufferRole.Weight, [channels, 1, window.Kernel, window.Kernel]);
        var bias = new BufferSpec("b", BufferRole.Weight, [channels]);
        return Windowed(oh, ow, channels, window, [input, weight, bias], Reducer.Sum,
            Multiply(
                new Expr.Read(input, [window.Index("oh", "kh"), window.Index("ow", "kw"), AffineIndex.Of("c")]),
                new Expr.Read(weight, [AffineIndex.Of("c"), AffineIndex.Constant(0), AffineIndex.Of("kh"), AffineIndex.Of("kw")])),
            Add(new Expr.Accumulator(), new Expr.Read(bias, [AffineIndex.Of("c")])));
    }

    public static Computation Pool(int height, int width, int channels, Window window, bool max)
    {
        var input = new BufferSpec("x", BufferRole.Activation, [height, width, channels]);
        return Windowed(window.Output(height), window.Output(width), channels, window, [input], max ? Reducer.Max : Reducer.Sum,
            new Expr.Read(input, [window.Index("oh", "kh"), window.Index("ow", "kw"), AffineIndex.Of("c")], max ? float.NegativeInfinity : 0),
            max ? new Expr.Accumulator() : Multiply(new Expr.Accumulator(), new Expr.Constant(1f / (window.Kernel * window.Kernel))));
    }

    /// <summary>
    /// One pixel: <c>y[oc] = Σ x[kh, kw, ic]·w[oc, (ic, kh, kw)] + b[oc]</c>, the weight in the order of a flattened image.
    /// </summary>
    public static Computation Dense(int height, int width, int channels, int outputs)
    {
        var input = new BufferSpec("x", BufferRole.Activation, [height, width, channels]);
        var weight = new BufferSpec("w", BufferRole.Weight, [outputs, channels * height * width]);
        var bias = new BufferSpec("b", BufferRole.Weight, [outputs]);
        var flat = new AffineIndex([new AffineTerm("ic", height * width), new AffineTerm("kh", width), new AffineTerm("kw", 1)], 0);
        return new Computation
        {
            Axes =
            [
                new Axis("oc", outputs, AxisKind.Spatial), new Axis("ic", channels, AxisKind.Reduction),
                new Axis("kh", height, AxisKind.Reduction), new Axis("kw", width, AxisKind.Reduction),
            ],
            Inputs = [input, weight, bias],
            Output = new BufferSpec("y", BufferRole.Output, [outputs]),
            OutputIndices = [AffineIndex.Of("oc")],
            Reducer = Reducer.Sum,
            Term = Multiply(
                new Expr.Read(input, [AffineIndex.Of("kh"), AffineIndex.Of("kw"), AffineIndex.Of("ic")]),
                new Expr.Read(weight, [AffineIndex.Of("oc"), flat])),
            Epilogue = Add(new Expr.Accumulator(), new Expr.Read(bias, [AffineIndex.Of("oc")])),
            LaneAxis = "oc",
        };
    }

    /// <summary>
    /// A residual network's parameter-free shortcut: every second pixel, channels padded with zeros on both sides, added to another value.
    /// </summary>
    public static Computation Shortcut(int height, int width, int channels, int outChannels, int stride, int padBefore)
    {
        var input = new BufferSpec("x", BufferRole.Activation, [height, width, channels]);
        var (oh, ow) = ((height + stride - 1) / stride, (width + stride - 1) / stride);
        var other = new BufferSpec("s", BufferRole.Activation, [oh, ow, outChannels]);
        return Elementwise(oh, ow, outChannels, [input, other], Add(
            new Expr.Read(input, [AffineIndex.Of("oh", stride), AffineIndex.Of("ow", stride), AffineIndex.Of("c", 1, -padBefore)]),
            new Expr.Read(other, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")])));
    }

    public static Computation Sigmoid(int height, int width, int channels)
    {
        var input = new BufferSpec("x", BufferRole.Activation, [height, width, channels]);
        var x = new Expr.Read(input, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")]);
        var one = new Expr.Constant(1);
        return Elementwise(height, width, channels, [input],
            new Expr.Binary(BinaryOp.Divide, one, Add(one, new Expr.Unary(UnaryOp.Exp, new Expr.Unary(UnaryOp.Negate, x)))));
    }

    /// <summary>Every third channel.</summary>
    public static Computation StridedCopy(int height, int width, int channels)
    {
        var input = new BufferSpec("x", BufferRole.Activation, [height, width, 3 * channels]);
        return Elementwise(height, width, channels, [input], new Expr.Read(input, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c", 3)]));
    }

    public static Computation Elementwise(int height, int width, int channels, ImmutableArray<BufferSpec> inputs, Expr term) => new()
    {
        Axes = [new Axis("oh", height, AxisKind.Spatial), new Axis("ow", width, AxisKind.Spatial), new Axis("c", channels, AxisKind.Spatial)],
        Inputs = inputs,
        Output = new BufferSpec("y", BufferRole.Output, [height, width, channels]),
        OutputIndices = [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")],
        Reducer = Reducer.None,
        Term = term,
        Epilogue = new Expr.Binary(BinaryOp.Max, new Expr.Accumulator(), new Expr.Constant(-2)),
        LaneAxis = "c",
    };

    public static Expr Add(Expr left, Expr right) => new Expr.Binary(BinaryOp.Add, left, right);

    public static Expr Multiply(Expr left, Expr right) => new Expr.Binary(BinaryOp.Multiply, left, right);

    private static Computation Windowed(
        int oh, int ow, int channels, Window window, ImmutableArray<BufferSpec> inputs, Reducer reducer, Expr term, Expr epilogue) => new()
        {
            Axes =
        [
            new Axis("oh", oh, AxisKind.Spatial), new Axis("ow", ow, AxisKind.Spatial), new Axis("c", channels, AxisKind.Spatial),
            new Axis("kh", window.Kernel, AxisKind.Reduction), new Axis("kw", window.Kernel, AxisKind.Reduction),
        ],
            Inputs = inputs,
            Output = new BufferSpec("y", BufferRole.Output, [oh, ow, channels]),
            OutputIndices = [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")],
            Reducer = reducer,
            Term = term,
            Epilogue = epilogue,
            LaneAxis = "c",
        };
}
