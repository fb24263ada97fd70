using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Surgery;
using CPrune.Pruning.Tests.Groups;
using CsCheck;

namespace CPrune.Pruning.Tests.Surgery;

/// <summary>Filters that make no difference go, and the outputs are the same bit by bit.</summary>
public class DeadFilterTests
{
    [Fact]
    public void Filters_without_weights_go_where_a_norm_and_relu_leave_zero()
    {
        var removal = Remove(Net((b, x) => b.Relu(b.BatchNorm(x, name: "bn"))), ("a.weight", [1, 3]), ("bn.bias", -1, [1]));

        Assert.Equal([new DeadFilter("a", 1, "it is always zero"), new DeadFilter("a", 3, "it is always zero")], removal.Removed);
        Assert.Equal("[2,3,3,3]", Shapes.Text(removal.Graph.Initializers["a.weight"].Shape));
        Assert.Equal(2, removal.Graph.Initializers["bn.bias"].Count);
    }

    [Fact]
    public void A_norm_that_scales_by_zero_leaves_its_shift() =>
        Assert.Equal([2], Removed(Net((b, x) => b.Relu(b.BatchNorm(x, name: "bn"))), ("bn.weight", 0, [1, 2]), ("bn.bias", -0.5f, [2]), ("bn.bias", 0.5f, [1])));

    [Fact]
    public void A_constant_that_is_not_zero_stays() =>
        Assert.Empty(Removed(Net((b, x) => b.Unary("Sigmoid", x)), ("a.weight", 0, [0, 1])));

    [Fact]
    public void Filters_that_nobody_weighs_go()
    {
        var removal = Remove(Net((b, x) => b.Unary("Sigmoid", x)), [.. Enumerable.Range(0, 5).Select(f => ("b.weight", 0f, new[] { (4 * f) + 2 }))]);
        Assert.Equal([new DeadFilter("a", 2, "nothing reads it")], removal.Removed);
    }

    [Fact]
    public void Without_the_last_filter_nothing_would_be_left() =>
        Assert.Equal([0, 1, 2], Removed(Net((b, x) => x), ("a.weight", 0, [0, 1, 2, 3])));

    /// <summary>What reads only dead filters is constant itself.</summary>
    [Fact]
    public void Death_spreads_forwards_and_backwards()
    {
        var b = new GraphBuilder("chain", 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 4, Window.Same(3), name: "first"));
        x = b.Relu(b.Conv(x, 4, Window.Same(1), name: "second"));
        var graph = b.Build(b.Conv(b.Relu(b.Conv(x, 4, Window.Same(1), name: "third")), 2, Window.Same(1), name: "out"));

        // Filter 1 of the second layer reads filter 0 of the first alone, which is dead; filter 3 of the second is read by filter 2 of the third alone, which nobody reads.
        graph = With(graph, ("first.weight", 0, [0]));
        graph = WithElements(graph, "second.weight", 0, 5, 6, 7);
        graph = WithElements(graph, "third.weight", 0, 3, 7, 15);
        graph = WithElements(graph, "out.weight", 0, 2, 6);
        var removal = Checked(graph);

        Assert.Equal([("first", 0), ("second", 1), ("second", 3), ("third", 2)], removal.Removed.Select(f => (f.Layer, f.Filter)));
    }

    [Fact]
    public void A_residual_stage_is_dead_where_all_its_layers_are()
    {
        var b = new GraphBuilder("residual", 1);
        var x = b.Conv(b.Input(3, 6, 6), 4, Window.Same(3), name: "stem");
        var y = b.Conv(b.Relu(b.Conv(x, 3, Window.Same(1), name: "inner")), 4, Window.Same(1), name: "outer");
        var graph = b.Build(b.Conv(b.Relu(b.Add(x, y)), 2, Window.Same(1), name: "reader"));

        Assert.Empty(Removed(graph, ("outer.weight", 0, [1])));
        Assert.Equal([1, 1], Removed(graph, ("outer.weight", 0, [1]), ("stem.weight", 0, [1])));
    }

    [Fact]
    public void What_must_be_left_alone_stays()
    {
        var b = new GraphBuilder("outputs", 1);
        var x = b.Conv(b.Input(3, 6, 6), 4, Window.Same(3), name: "a");
        Assert.Empty(Removed(b.Build(b.Conv(x, 2, Window.Same(1)), x), ("a.weight", 0, [1])));
    }

    [Fact]
    public void Layers_that_are_kept_stay()
    {
        var graph = With(Net((b, x) => b.Relu(x)), ("a.weight", 0, [1]));
        Assert.Empty(DeadFilters.Remove(graph, layer => layer == "a").Removed);
        Assert.Single(DeadFilters.Remove(graph).Removed);
    }

    [Fact]
    public void A_model_without_dead_filters_is_itself()
    {
        var graph = Net((b, x) => b.Relu(x));
        Assert.Same(graph, DeadFilters.Remove(graph).Graph);
    }

    /// <summary>The one exception: beside a bias of −0 the zeros of dead terms make a sum of +0.</summary>
    [Fact]
    public void The_sign_of_zero_may_differ_beside_a_bias_of_minus_zero()
    {
        var b = new GraphBuilder("sign", 1);
        var x = b.Conv(b.Conv(b.Input(1, 1, 1), 2, Window.Valid(1), name: "a"), 1, Window.Valid(1), bias: true, name: "b");
        var graph = With(b.Build(x), ("a.weight", 0, [0, 1])).WithInitializer("b.bias", Tensor.Of([-0f], 1)).WithInitializer("b.weight", Tensor.Of([1f, -1], 1, 2, 1, 1));
        var image = Tensor.Of([-1f], 1, 1, 1, 1);

        Assert.Equal(ReferenceEvaluator.Run(graph, image).Floats[0], ReferenceEvaluator.Run(DeadFilters.Remove(graph).Graph, image).Floats[0]);
    }

    /// <summary>The layer behind sums over rows, of which a channel's number says nothing.</summary>
    [Theory, InlineData(4), InlineData(6)]
    public void Channels_that_changed_places_with_rows_are_no_channels_of_the_next_layer(int rows)
    {
        var b = new GraphBuilder("turned", 1);
        var x = b.Relu(b.Conv(b.Input(3, rows, 5), 4, Window.Same(3), name: "a"));
        x = b.Node("Transpose", [x], [1, rows, 4, 5], "turn", ("perm", new AttributeValue.Ints([0, 2, 1, 3])));
        x = b.Relu(b.Conv(x, 8, Window.Same(3), name: "b"));
        var graph = b.Build(b.Conv(x, 2, Window.Same(1), name: "c"));

        // All filters of b but the last weigh only the row that has a dead channel's number, and one that has no channel's.
        graph = With(graph, ("a.weight", 0, [0]));
        graph = WithElements(graph, "b.weight", 0, [.. Enumerable.Range(0, 7 * rows * 9).Where(i => i / 9 % rows is > 0 and < 5)]);
        Assert.Empty(Checked(graph).Removed);
    }

    /// <summary>A dense layer's channels lie last, and elsewhere it sums over columns.</summary>
    [Fact]
    public void Columns_are_no_channels_of_a_matrix_product()
    {
        var b = new GraphBuilder("columns", 1);
        var x = b.Relu(b.Conv(b.Input(3, 5, 4), 4, Window.Same(3), name: "a"));
        x = b.Relu(b.Node("MatMul", [x, b.Constant("b.weight", b.Normal(1, 4, 3))], [1, 4, 5, 3], "b"));
        x = b.Node("MatMul", [x, b.Constant("c.weight", b.Normal(1, 3, 2))], [1, 4, 5, 2], "c");

        var graph = WithElements(With(b.Build(x), ("a.weight", 0, [0])), "b.weight", 0, 3, 4, 6, 7, 9, 10);
        Assert.Empty(Checked(graph).Removed);
    }

    /// <summary>The reversed channels are others than those before, although an addition couples them.</summary>
    [Fact]
    public void What_a_slice_makes_that_was_left_alone_is_not_what_it_reads()
    {
        var b = new GraphBuilder("reversed", 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 4, Window.Same(3), name: "a"));
        var reversed = b.Node("Slice", [x, Counting.Longs(b, "last", -1), Counting.Longs(b, "beyond", int.MinValue), Counting.Longs(b, "axis", 1), Counting.Longs(b, "back", -1)], [1, 4, 6, 6], "reversed");
        var first = b.Node("Slice", [b.Add(x, reversed), Counting.Longs(b, "from", 0), Counting.Longs(b, "to", 1), "axis"], [1, 1, 6, 6], "first");
        x = b.Conv(b.Relu(b.Conv(first, 8, Window.Same(3), name: "b")), 2, Window.Same(1), name: "c");

        Assert.Empty(Removed(b.Build(x), ("a.weight", 0, [0])));
    }

    /// <summary>ONNX lets a bias be a single number without axes.</summary>
    [Theory, InlineData(0f, 1), InlineData(0.5f, 0)]
    public void A_bias_without_axes_belongs_to_every_output(float bias, int removed)
    {
        var b = new GraphBuilder("scalar", 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 4, Window.Same(3), name: "a"));
        x = b.Node("Gemm", [b.Flatten(b.GlobalAveragePool(x)), b.Constant("d.weight", b.Normal(1, 4, 3)), b.Constant("d.bias", Tensor.Scalar(bias))], [1, 3], "d");
        x = b.Node("Gemm", [b.Relu(x), b.Constant("e.weight", b.Normal(1, 3, 1)), b.Constant("e.bias", Tensor.Scalar(1))], [1, 1], "e");

        var graph = WithElements(b.Build(x), "d.weight", 0, 1, 4, 7, 10);
        Assert.Equal(Enumerable.Repeat(new DeadFilter("d", 1, "it is always zero"), removed), Checked(graph).Removed);
    }

    [Fact]
    public void Outputs_are_the_same_bit_by_bit_on_random_graphs() => AssertSameBitByBit(RandomNet.Make, 300, 300);

    [Fact]
    public void Outputs_are_the_same_bit_by_bit_beside_what_is_left_alone() => AssertSameBitByBit(RandomNet.MakeWithLeftAlone, 600, 300);

    /// <summary>Some rows and columns of parameters set to zero, and some shifts below it.</summary>
    private static ModelGraph Killed(ModelGraph graph, Random random)
    {
        foreach (var (name, tensor) in graph.Initializers.Where(i => i.Value is { Type: ElementType.Float32, Count: > 1 }))
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal)) continue;
            var axis = tensor.Shape.Length > 1 ? random.Next(2) : 0;
            var isShift = name.EndsWith(".bias", StringComparison.Ordinal) && random.Next(2) == 0;
            var data = tensor.Floats.ToArray();
            var (inner, extent) = (Shapes.Count(tensor.Shape[(axis + 1)..]), tensor.Shape[axis]);
            var dead = Enumerable.Range(0, extent).Where(_ => random.Next(3) == 0).ToHashSet();
            for (var i = 0; i < data.Length; i++)
                if (dead.Contains(i / inner % extent)) data[i] = isShift ? -2 : 0;
            graph = graph.WithInitializer(name, Tensor.Of(data, tensor.Shape));
        }

        return graph;
    }

    private static IEnumerable<int> Removed(ModelGraph graph, params (string Parameter, float Value, int[] Rows)[] changes) =>
        Remove(graph, changes).Removed.Select(f => f.Filter);

    private static DeadFilterRemoval Remove(ModelGraph graph, (string Parameter, int[] Rows) zero, params (string Parameter, float Value, int[] Rows)[] changes) =>
        Remove(graph, [(zero.Parameter, 0, zero.Rows), .. changes]);

    private static DeadFilterRemoval Remove(ModelGraph graph, (string Parameter, float Value, int[] Rows)[] changes) => Checked(With(graph, changes));

    private static void AssertSameBitByBit(Func<int, ModelGraph> make, int graphs, int leastRemoved)
    {
        var found = 0;
        Gen.Int[0, int.MaxValue].Sample(
            seed => Interlocked.Add(ref found, Checked(Killed(make(seed), new Random(seed)), seed).Removed.Length),
            iter: graphs, print: seed => $"RandomNet seed {seed}");
        Assert.True(found > leastRemoved, $"{found} dead filters in {graphs} graphs");
    }

    private static DeadFilterRemoval Checked(ModelGraph graph, int seed = 1)
    {
        var removal = DeadFilters.Remove(graph);
        var images = RandomNet.Images(graph, seed);
        var (before, after) = (ReferenceEvaluator.RunAll(graph, images), ReferenceEvaluator.RunAll(removal.Graph, images));
        foreach (var output in graph.Outputs)
            Assert.Equal(before[output.Name].Floats.ToArray().Select(BitConverter.SingleToInt32Bits), after[output.Name].Floats.ToArray().Select(BitConverter.SingleToInt32Bits));
        return removal;
    }

    /// <summary>A convolution 'a' of four filters, what comes between, and a reader 'b' of five.</summary>
    private static ModelGraph Net(Func<GraphBuilder, string, string> middle)
    {
        var b = new GraphBuilder("net", 1);
        return b.Build(b.Conv(middle(b, b.Conv(b.Input(3, 6, 6), 4, Window.Same(3), name: "a")), 5, Window.Same(1), name: "b"));
    }

    private static ModelGraph With(ModelGraph graph, params (string Parameter, float Value, int[] Rows)[] changes)
    {
        foreach (var (parameter, value, rows) in changes)
        {
            var inner = parameter == "b.weight" ? 1 : Shapes.Count(graph.Initializers[parameter].Shape[1..]);
            graph = WithElements(graph, parameter, value, [.. rows.SelectMany(r => Enumerable.Range(r * inner, inner))]);
        }

        return graph;
    }

    private static ModelGraph WithElements(ModelGraph graph, string parameter, float value, params int[] elements)
    {
        var tensor = graph.Initializers[parameter];
        var data = tensor.Floats.ToArray();
        foreach (var element in elements) data[element] = value;
        return graph.WithInitializer(parameter, Tensor.Of(data, tensor.Shape));
    }
}
