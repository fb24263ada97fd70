using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>What an analysis costs, counted: rules applied, links between channels followed, indices put into groups.</summary>
public class LinearTests
{
    public static TheoryData<string> Families => ["residual", "shuffled", "padded", "unknown", "gated", "dense", "computed"];

    /// <summary>Values of a chain of concatenations have four times the channels where it is twice as long.</summary>
    [Theory, MemberData(nameof(Families))]
    public void Twice_the_channels_of_all_values_are_twice_the_work(string family)
    {
        var costs = new[] { 40, 80, 160 }.Select(blocks => Cost(Chain(family, blocks))).ToList();
        foreach (var (small, large) in costs.Zip(costs.Skip(1)))
            Assert.InRange((double)large.Steps / small.Steps / ((double)large.Channels / small.Channels), 0.75, 1.05);
        Assert.All(costs, c => Assert.True(c.Steps < 12L * c.Channels, $"{c.Steps} steps for {c.Channels} channels of all values"));
    }

    private static (long Steps, long Channels) Cost(ModelGraph graph)
    {
        var analysis = PruningGraph.Analyze(graph);
        var values = analysis.Values.Values.OfType<ChannelLayout.Known>().Sum(v => (long)v.Atoms.Length);
        return (analysis.Steps, values + analysis.Layers.Sum(l => l.Filters.Length + l.Inputs.Length));
    }

    private static ModelGraph Chain(string family, int blocks)
    {
        var b = new GraphBuilder(family, 1);
        var x = b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "stem");
        for (var i = 0; i < blocks; i++) x = Block(family, b, x);
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }

    private static string Block(string family, GraphBuilder b, string x) => family switch
    {
        "residual" => b.Relu(b.Add(b.BatchNorm(b.Conv(x, 16, Window.Same(1))), x)),
        "shuffled" => Shuffled(b, x),
        "padded" => Padded(b, x),
        "dense" => b.Concat([x, b.Conv(b.Relu(x), 4, Window.Same(3))]),
        "gated" => b.Binary("Mul", x, b.Unary("Sigmoid", b.Conv(b.GlobalAveragePool(x), 16, Window.Valid(1)))),
        "computed" => b.Binary("Mul", b.Conv(x, 16, Window.Same(1)), Factor(b, x)),
        _ => b.Node("Quux", [b.Conv(x, 16, Window.Same(1))], [1, 16, 8, 8]),
    };

    private static string Shuffled(GraphBuilder b, string x)
    {
        var halves = b.Split(x, 2);
        return b.ChannelShuffle(b.Concat([halves[0], b.Conv(halves[1], 8, Window.Same(1))]), 2);
    }

    private static string Factor(GraphBuilder b, string x) => b.Node(
        "Reshape", [b.Constant($"factor of {x}", b.Uniform(0.5, 2, 16)), b.Constant($"shape for {x}", Tensor.Of([1L, 16, 1, 1], 4))], [1, 16, 1, 1]);

    private static string Padded(GraphBuilder b, string x)
    {
        var narrow = b.Conv(x, 12, Window.Same(1));
        var count = b.ShapeOf(x)[1];
        var pads = b.Constant($"pads of {narrow}", Tensor.Of([0, 2, 0, 0, 0, count - 14L, 0, 0], ImmutableArray.Create(8)));
        return b.Add(b.Conv(x, count, Window.Same(1)), b.Node("Pad", [narrow, pads], [1, count, 8, 8]));
    }
}
