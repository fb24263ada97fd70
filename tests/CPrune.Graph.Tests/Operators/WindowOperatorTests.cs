using System.Collections.Immutable;
using CsCheck;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Operators;

/// <summary>Convolution and pooling on random shapes, strides, pads and dilations, against ONNX Runtime.</summary>
public sealed class WindowOperatorTests
{
    private static readonly Gen<(int H, int W)> Kernel = Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3]);

    private static readonly Gen<int[]> Pair = Gen.Int[1, 3].Array[2];

    /// <summary>What shapes a window; pads are smaller than the kernel's extent, as ONNX asks for pooling.</summary>
    private sealed record Case(int[] Image, (int H, int W) Kernel, int[] Strides, int[] Dilations, int[] Pads, string AutoPad, int Seed)
    {
        public ImmutableArray<int> Shape(int channels) => [Image[0], channels, Image[1], Image[2]];

        /// <summary>Within what ONNX Runtime's pooling knows: no dilation with auto_pad, and no stride over the kernel where pads keep the size.</summary>
        public Case ForPooling() => AutoPad == "NOTSET"
            ? this
            : this with { Dilations = [1, 1], Strides = [Math.Min(Strides[0], Kernel.H), Math.Min(Strides[1], Kernel.W)] };

        public override string ToString() => $"{string.Join('x', Image)} kernel {Kernel} strides {string.Join(',', Strides)} "
            + $"dilations {string.Join(',', Dilations)} pads {string.Join(',', Pads)} {AutoPad} seed {Seed}";

        public IEnumerable<(string, AttributeValue)> Attributes(bool withDilations = true)
        {
            yield return ("kernel_shape", Ints(Kernel.H, Kernel.W));
            yield return ("strides", Ints(Strides[0], Strides[1]));
            if (withDilations) yield return ("dilations", Ints(Dilations[0], Dilations[1]));
            if (AutoPad == "NOTSET") yield return ("pads", Ints(Pads[0] % Kernel.H, Pads[1] % Kernel.W, Pads[2] % Kernel.H, Pads[3] % Kernel.W));
            else yield return ("auto_pad", Text(AutoPad));
        }
    }

    private static readonly Gen<Case> Cases = Gen.Select(
        Gen.Select(Gen.Int[1, 2], Gen.Int[7, 11], Gen.Int[7, 11]), Kernel, Pair, Pair, Gen.Int[0, 2].Array[4],
        Gen.OneOf("NOTSET", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"), Gen.Int[0, 1 << 20],
        (image, kernel, strides, dilations, pads, autoPad, seed) =>
            new Case([image.Item1, image.Item2, image.Item3], kernel, strides, dilations, pads, autoPad, seed));

    [Fact]
    public void Conv() => Gen.Select(Cases, Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Bool).Sample(
        (c, groups, perGroup, filtersPerGroup, bias) =>
        {
            // ONNX Runtime does not know auto_pad with dilations.
            if (c.AutoPad.StartsWith("SAME", StringComparison.Ordinal)) c = c with { Dilations = [1, 1] };
            var filters = groups * filtersPerGroup;
            Tensor?[] constants = [Referee.Data(c.Seed + 1, filters, perGroup, c.Kernel.H, c.Kernel.W), bias ? Referee.Data(c.Seed + 2, filters) : null];
            var shape = c.Shape(groups * perGroup);
            Referee.AssertAgrees(
                Model("Conv", shape, constants, [.. c.Attributes(), ("group", Int(groups))]), Referee.Data(c.Seed, shape));
        },
        iter: 150);

    [Fact]
    public void MaxPool() => Gen.Select(Cases, Gen.Bool, Gen.OneOf(10L, 13L, 22L)).Sample(
        (c, ceilMode, opset) =>
        {
            c = c.ForPooling();
            var shape = c.Shape(channels: 2);
            Referee.AssertAgrees(
                Model("MaxPool", shape, attributes: [.. c.Attributes(), ("ceil_mode", Int(ceilMode && c.AutoPad == "NOTSET" ? 1 : 0))], opset: opset),
                Referee.Data(c.Seed, shape));
        },
        iter: 150);

    [Fact]
    public void AveragePool() => Gen.Select(Cases, Gen.Bool, Gen.Bool, Gen.OneOf(10L, 13L, 19L)).Sample(
        (c, ceilMode, countPads, opset) =>
        {
            c = c.ForPooling();

            // Dilated averages came with operator set 19.
            var dilated = opset >= 19 && c.AutoPad == "NOTSET";
            var shape = c.Shape(channels: 2);
            Referee.AssertAgrees(
                Model(
                    "AveragePool", shape, opset: opset,
                    attributes:
                    [
                        .. c.Attributes(withDilations: dilated), ("count_include_pad", Int(countPads ? 1 : 0)),
                        ("ceil_mode", Int(ceilMode && c.AutoPad == "NOTSET" ? 1 : 0)),
                    ]),
                Referee.Data(c.Seed, shape));
        },
        iter: 150);

    [Theory, InlineData("GlobalAveragePool"), InlineData("GlobalMaxPool")]
    public void Global_pools(string opType) => Gen.Select(Gen.Int[1, 3], Gen.Int[1, 5], Gen.Int[1, 9], Gen.Int[1, 9]).Sample(
        (n, c, h, w) => Referee.AssertAgrees(Model(opType, [n, c, h, w]), Referee.Data(n + h, n, c, h, w)), iter: 20);

    [Fact]
    public void ReduceMean() => Gen.Select(Gen.Int[1, 15], Gen.Bool, Gen.Bool, Gen.Bool).Sample(
        (mask, keepDims, fromEnd, asInput) =>
        {
            ImmutableArray<int> shape = [2, 3, 4, 5];
            ImmutableArray<long> axes = [.. Enumerable.Range(0, 4).Where(a => (mask >> a & 1) != 0).Select(a => (long)(fromEnd ? a - 4 : a))];
            var keep = ("keepdims", Int(keepDims ? 1 : 0));
            Referee.AssertAgrees(
                asInput
                    ? Model("ReduceMean", shape, [Longs([.. axes])], [keep], opset: 18)
                    : Model("ReduceMean", shape, null, [keep, ("axes", Ints(axes))]),
                Referee.Data(mask, shape));
        },
        iter: 60);

    [Theory, InlineData(0), InlineData(1)]
    public void ReduceMean_without_axes_reduces_all_or_nothing(long noop) => Referee.AssertAgrees(
        Model("ReduceMean", [2, 3, 4], null, [("noop_with_empty_axes", Int(noop))], opset: 18), Referee.Data(1, 2, 3, 4));
}
