using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>
/// The sliding window of a 2-D convolution or pooling, in pixels, with <c>auto_pad</c> already resolved for one input size. Output row y
/// reads the input rows y · StrideH - PadTop + r · DilationH for r in 0..KernelH-1.
/// </summary>
public sealed record SlidingWindow
{
    public required int KernelH { get; init; }

    public required int KernelW { get; init; }

    public int StrideH { get; init; } = 1;

    public int StrideW { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int PadBottom { get; init; }

    public int PadRight { get; init; }

    public int DilationH { get; init; } = 1;

    public int DilationW { get; init; } = 1;

    /// <summary>The rows the kernel spans, holes included.</summary>
    public int ExtentH => ((KernelH - 1) * DilationH) + 1;

    /// <summary>The columns the kernel spans, holes included.</summary>
    public int ExtentW => ((KernelW - 1) * DilationW) + 1;

    public bool IsPadded => (PadTop | PadLeft | PadBottom | PadRight) != 0;

    /// <summary>The rows of the output for an input of <paramref name="height"/> rows.</summary>
    public int OutputH(int height, bool ceilMode = false) => Output(height, ExtentH, StrideH, PadTop, PadBottom, ceilMode);

    /// <summary>The columns of the output for an input of <paramref name="width"/> columns.</summary>
    public int OutputW(int width, bool ceilMode = false) => Output(width, ExtentW, StrideW, PadLeft, PadRight, ceilMode);

    /// <summary>Resolves the node's attributes for an input of shape [N,C,H,W] and a kernel of KernelH × KernelW.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: attributes that do not fit two dimensions, or a kernel larger than the image.</exception>
    public static SlidingWindow Of(Node node, ImmutableArray<int> input, int kernelH, int kernelW)
    {
        var strides = Ints(node, "strides", 2) ?? [1, 1];
        var dilations = Ints(node, "dilations", 2) ?? [1, 1];
        var pads = Ints(node, "pads", 4) ?? [0, 0, 0, 0];
        if (strides.Any(s => s < 1) || dilations.Any(d => d < 1) || pads.Any(p => p < 0))
            throw Error(node, "has a stride or dilation below 1, or a negative pad");
        var window = new SlidingWindow
        {
            KernelH = kernelH,
            KernelW = kernelW,
            StrideH = strides[0],
            StrideW = strides[1],
            DilationH = dilations[0],
            DilationW = dilations[1],
        };
        window = node.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" => window with { PadTop = pads[0], PadLeft = pads[1], PadBottom = pads[2], PadRight = pads[3] },
            "VALID" => window,
            "SAME_UPPER" => window.PaddedToSame(input, moreAtEnd: true),
            "SAME_LOWER" => window.PaddedToSame(input, moreAtEnd: false),
            var other => throw Error(node, $"has the unknown auto_pad '{other}'"),
        };
        if (window.ExtentH > input[2] + window.PadTop + window.PadBottom || window.ExtentW > input[3] + window.PadLeft + window.PadRight)
            throw Error(node, $"has a window of {window.ExtentH}x{window.ExtentW}, larger than its padded input {Shapes.Text(input)}");
        return window;
    }

    /// <summary>An attribute of one integer per spatial axis and side, or null.</summary>
    internal static ImmutableArray<int>? Ints(Node node, string attribute, int count) => node.IntsOrNull(attribute) switch
    {
        null => null,
        { } values when values.Length == count => values,
        var values => throw Error(node, $"has {values.Value.Length} {attribute} where 2-D images need {count}"),
    };

    private static UserErrorException Error(Node node, string what) =>
        new(UserErrorKind.Model, $"{node.Label} {what}; export the model for its image size again");

    // The output has ceil(input / stride) pixels; an odd pad goes to the end (UPPER) or the beginning (LOWER).
    private SlidingWindow PaddedToSame(ImmutableArray<int> input, bool moreAtEnd)
    {
        var vertical = Total(input[2], ExtentH, StrideH);
        var horizontal = Total(input[3], ExtentW, StrideW);
        var (top, left) = moreAtEnd ? (vertical / 2, horizontal / 2) : ((vertical + 1) / 2, (horizontal + 1) / 2);
        return this with { PadTop = top, PadLeft = left, PadBottom = vertical - top, PadRight = horizontal - left };

        static int Total(int input, int extent, int stride) =>
            Math.Max(((((input + stride - 1) / stride) - 1) * stride) + extent - input, 0);
    }

    private static int Output(int input, int extent, int stride, int before, int after, bool ceilMode)
    {
        var room = input + before + after - extent;
        if (!ceilMode) return (room / stride) + 1;
        var output = ((room + stride - 1) / stride) + 1;

        // A window that would begin behind the image is left out.
        return (output - 1) * stride >= input + before ? output - 1 : output;
    }
}
