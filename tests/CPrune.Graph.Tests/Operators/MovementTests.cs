using System.Collections.Immutable;
using CsCheck;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Operators;

/// <summary>Operators that move elements, against ONNX Runtime.</summary>
public sealed class MovementTests
{
    private static readonly ImmutableArray<int> Shape = [2, 3, 4, 5];

    private static readonly Tensor X = Referee.Data(7, Shape);

    [Fact]
    public void Slice() => Gen.Select(Gen.Int[-7, 7].Array[2], Gen.Int[-7, 7].Array[2], Gen.OneOf(-3, -2, -1, 1, 2, 3).Array[2], Gen.Bool, Gen.Bool)
        .Sample(
            (starts, ends, steps, fromEnd, asAttributes) =>
            {
                long[] axes = fromEnd ? [-1, -3] : [3, 1];
                long[][] given = [[.. starts.Select(v => (long)v)], [.. ends.Select(v => (long)v)], [.. steps.Select(v => (long)v)]];
                var graph = asAttributes
                    ? Model("Slice", Shape, null, [("starts", Ints([.. given[0]])), ("ends", Ints([.. given[1]])), ("axes", Ints([.. axes]))], opset: 9)
                    : Model("Slice", Shape, [Longs(given[0]), Longs(given[1]), Longs(axes), Longs(given[2])]);
                Referee.AssertAgrees(graph, X);
            },
            iter: 150);

    [Fact]
    public void Slice_to_the_very_ends()
    {
        Referee.AssertAgrees(Model("Slice", Shape, [Longs(0, 1), Longs(long.MaxValue, int.MaxValue)]), X);
        Referee.AssertAgrees(Model("Slice", Shape, [Longs(long.MaxValue), Longs(long.MinValue), Longs(2), Longs(-1)]), X);
        Referee.AssertAgrees(Model("Slice", Shape, [Longs(-100), Longs(-1), Longs(3)]), X);
    }

    [Theory, InlineData(1), InlineData(-1)]
    public void Slice_of_nothing(long step) =>
        Referee.AssertAgrees(Model("Slice", [0, 3], [Longs(-1), Longs(-5), Longs(0), Longs(step)]), Referee.Data(1, 0, 3));

    [Fact]
    public void Pad() => Gen.Select(Gen.Int[-1, 2].Array[8], Gen.Float[-2, 2], Gen.Bool).Sample(
        (pads, value, asAttributes) =>
        {
            long[] wide = [.. pads.Select(p => (long)p)];
            Referee.AssertAgrees(
                asAttributes
                    ? Model("Pad", Shape, null, [("pads", Ints([.. wide])), ("value", Float(value)), ("mode", Text("constant"))], opset: 10)
                    : Model("Pad", Shape, [Longs(wide), Scalar(value)]),
                X);
        },
        iter: 60);

    [Fact]
    public void Pad_of_named_axes() => Referee.AssertAgrees(Model("Pad", Shape, [Longs(1, 2, 0, 3), null, Longs(-1, 1)], opset: 18), X);

    [Fact]
    public void Transpose() => Gen.Shuffle(new[] { 0L, 1L, 2L, 3L }).Sample(
        perm => Referee.AssertAgrees(Model("Transpose", Shape, null, [("perm", Ints([.. perm]))]), X), iter: 24);

    [Fact]
    public void Transpose_reverses_by_default() => Referee.AssertAgrees(Model("Transpose", Shape), X);

    [Fact]
    public void Concat() => Gen.Select(Gen.Int[-4, 3], Gen.Int[1, 3].Array[0, 3]).Sample(
        (axis, extents) => Referee.AssertAgrees(
            Model(
                "Concat", Shape, extents.Select((extent, i) => Referee.Data(i, Shape.SetItem((axis + 4) % 4, extent))),
                [("axis", Int(axis))]),
            X),
        iter: 30);

    [Theory, InlineData(-1), InlineData(0), InlineData(1), InlineData(3), InlineData(4)]
    public void Flatten(long axis) => Referee.AssertAgrees(Model("Flatten", Shape, null, [("axis", Int(axis))]), X);

    public static TheoryData<long[]> Reshapes =>
        new(new long[][] { [0, 60], [0, -1, 5], [6, 20], [-1], [0, 0, 20], [2, 1, 3, -1, 1], [120] });

    [Theory, MemberData(nameof(Reshapes))]
    public void Reshape(long[] shape) => Referee.AssertAgrees(Model("Reshape", Shape, [Longs(shape)]), X);

    [Fact]
    public void Reshape_may_take_zero_at_its_word() =>
        Referee.AssertAgrees(Model("Reshape", [0, 3], [Longs(3, 0)], [("allowzero", Int(1))], opset: 14), Referee.Data(1, 0, 3));

    [Theory, InlineData(11), InlineData(13)]
    public void Squeeze_and_unsqueeze(long opset)
    {
        var x = Referee.Data(1, 2, 1, 3, 1);
        foreach (long[] axes in (long[][])[[1], [3], [1, -1]])
        {
            Referee.AssertAgrees(Axes("Squeeze", [2, 1, 3, 1], axes), x);
            Referee.AssertAgrees(Axes("Unsqueeze", [2, 1, 3, 1], axes), x);
        }

        Referee.AssertAgrees(Model("Squeeze", [2, 1, 3, 1], opset: opset), x);

        ModelGraph Axes(string opType, ImmutableArray<int> shape, long[] axes) => opset < 13
            ? Model(opType, shape, null, [("axes", Ints([.. axes]))], opset)
            : Model(opType, shape, [Longs(axes)], null, opset);
    }

    [Fact]
    public void Split()
    {
        Referee.AssertAgrees(Model("Split", Shape, null, [("axis", Int(3)), ("split", Ints(1, 3, 1))], opset: 11, outputs: 3), X);
        Referee.AssertAgrees(Model("Split", Shape, [Longs(1, 3)], [("axis", Int(-2))], outputs: 2), X);
        Referee.AssertAgrees(Model("Split", Shape, null, [("axis", Int(2))], outputs: 2), X);
        Referee.AssertAgrees(Model("Split", Shape, null, [("axis", Int(3)), ("num_outputs", Int(2))], opset: 18, outputs: 2), X);
    }

    [Fact]
    public void Gather() => Gen.Select(Gen.Int[-4, 3], Gen.Int[-2, 1].Array[1, 4]).Sample(
        (axis, indices) => Referee.AssertAgrees(
            Model("Gather", Shape, [Longs([.. indices.Select(i => (long)i)])], [("axis", Int(axis))]), X),
        iter: 30);

    [Fact]
    public void Gather_by_a_scalar_removes_the_axis() =>
        Referee.AssertAgrees(Model("Gather", Shape, [Tensor.Of([2L])], [("axis", Int(1))]), X);

    [Theory, InlineData(7), InlineData(10)]
    public void Dropout_passes_through(long opset) => Referee.AssertAgrees(Model("Dropout", Shape, opset: opset), X);

    [Fact]
    public void Dropout_passes_through_when_an_input_says_no_training()
    {
        var no = Tensor.OfRaw(ElementType.Bool, [0], []);
        Referee.AssertAgrees(Model("Dropout", Shape, [Scalar(0.5f), no]), X);
    }

    [Theory, InlineData(ElementType.Int64), InlineData(ElementType.Int32), InlineData(ElementType.Float64)]
    public void Cast_there_and_back(ElementType type)
    {
        Node there = new() { Name = "there", OpType = "Cast", Inputs = ["x"], Outputs = ["t"] };
        Node back = new() { Name = "back", OpType = "Cast", Inputs = ["t"], Outputs = ["y"] };
        Referee.AssertAgrees(Model([there.With("to", Int((long)type)), back.With("to", Int(1))], Shape), X);
    }
}
