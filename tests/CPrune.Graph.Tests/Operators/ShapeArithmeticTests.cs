using System.Collections.Immutable;
using CPrune.Graph.Operators;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Operators;

/// <summary>The small integer graphs that exporters write around Reshape, ConstantOfShape and Slice.</summary>
public sealed class ShapeArithmeticTests
{
    private static readonly ImmutableArray<int> Shape = [2, 3, 4, 5];

    [Fact]
    public void Reshape_by_what_Shape_Gather_and_Concat_make()
    {
        var graph = Model(
            [
                Of("Shape", ["x"], "shape"),
                Of("Gather", ["shape", "zero"], "batch"),
                Of("Unsqueeze", ["batch", "axis0"], "batch1"),
                Of("Concat", ["batch1", "rest"], "target").With("axis", Int(0)),
                Of("Reshape", ["x", "target"], "y"),
            ],
            Shape).WithInitializers([Long("zero", Tensor.Of([0L])), Long("axis0", Longs(0)), Long("rest", Longs(-1))]);
        Referee.AssertAgrees(graph, Referee.Data(1, Shape));
        var free = graph with { Inputs = [graph.Input with { Shape = [new Dimension(null, "N"), 3, 4, 5] }] };
        Assert.Equal([8, 60], ShapeInference.Infer(free, batch: 8)["y"]);
    }

    [Fact]
    public void Integer_arithmetic_and_slices_of_shapes()
    {
        // [2*3, (4*5)/2*2] from Shape, in int64.
        var graph = Model(
            [
                Of("Shape", ["x"], "shape"),
                Of("Slice", ["shape", "from", "to", "axis0"], "last"),
                Of("Gather", ["last", "zero"], "h"),
                Of("Gather", ["last", "one"], "w"),
                Of("Mul", ["h", "w"], "hw"),
                Of("Add", ["hw", "one"], "more"),
                Of("Sub", ["more", "one"], "less"),
                Of("Div", ["less", "two"], "half"),
                Of("Max", ["half", "two"], "atLeast"),
                Of("Min", ["atLeast", "hw"], "atMost"),
                Of("Unsqueeze", ["atMost", "axis0"], "column"),
                Of("Concat", ["minus", "column"], "target").With("axis", Int(0)),
                Of("Reshape", ["x", "target"], "y"),
            ],
            Shape).WithInitializers(
            [
                Long("zero", Tensor.Of([0L])), Long("one", Tensor.Of([1L])), Long("two", Tensor.Of([2L])),
                Long("axis0", Longs(0)), Long("from", Longs(2)), Long("to", Longs(4)), Long("minus", Longs(-1)),
            ]);
        Referee.AssertAgrees(graph, Referee.Data(1, Shape));
        Assert.Equal([12, 10], ShapeInference.Infer(graph)["y"]);
    }

    [Fact]
    public void ConstantOfShape_and_Constant_in_all_their_forms()
    {
        var graph = Model(
            [
                Of("Constant", [], "two").With("value_float", Float(2)),
                Of("Constant", [], "rows").With("value_ints", Ints(4, 5)),
                Of("Constant", [], "list").With("value_floats", new AttributeValue.Floats([1, 2, 3, 4, 5])),
                Of("Constant", [], "tensor").With("value", new AttributeValue.TensorValue(Tensor.Of([0.5f]))),
                Of("ConstantOfShape", ["rows"], "zeros"),
                Of("ConstantOfShape", ["rows"], "sevens").With("value", new AttributeValue.TensorValue(Tensor.Of([7f], 1))),
                Of("Mul", ["x", "two"], "a"),
                Of("Add", ["a", "sevens"], "b"),
                Of("Add", ["b", "zeros"], "c"),
                Of("Mul", ["c", "list"], "d"),
                Of("Mul", ["d", "tensor"], "y"),
            ],
            Shape);
        Referee.AssertAgrees(graph, Referee.Data(1, Shape));
    }

    [Theory, InlineData(0, 4), InlineData(1, 3), InlineData(-2, 4), InlineData(-100, 100), InlineData(3, 1)]
    public void Shape_of_some_axes(long start, long end)
    {
        var graph = Model(
            [Of("Shape", ["x"], "s").With("start", Int(start)).With("end", Int(end)), Of("Cast", ["s"], "y").With("to", Int(1))], Shape, opset: 15);
        Referee.AssertAgrees(graph, Referee.Data(1, Shape));
    }

    [Fact]
    public void Constants_are_known_before_an_image_is_seen()
    {
        var graph = Model([Of("Shape", ["x"], "s"), Of("Reshape", ["x", "s"], "y")], Shape);
        var known = KnownValues.Of(graph);
        Assert.Equal([2L, 3, 4, 5], known.ConstantOrNull("s")!.Longs);
        Assert.Null(known.ConstantOrNull("y"));
    }

    private static Node Of(string opType, ImmutableArray<string> inputs, string output) =>
        new() { Name = $"make_{output}", OpType = opType, Inputs = inputs, Outputs = [output] };

    private static KeyValuePair<string, Tensor> Long(string name, Tensor value) => new(name, value);
}
