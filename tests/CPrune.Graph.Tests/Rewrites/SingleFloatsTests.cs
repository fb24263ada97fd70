using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Graph.Rewrites;

namespace CPrune.Graph.Tests.Rewrites;

/// <summary>Models whose weights, or all values, are stored in another type of floating point.</summary>
public sealed class SingleFloatsTests
{
    public static TheoryData<ElementType, double> Types => new() { { ElementType.Float16, 1e-5 }, { ElementType.Float64, 1e-5 }, { ElementType.BFloat16, 1e-5 } };

    /// <summary>As converters store weights to save space: in half, and cast before they are used.</summary>
    [Theory, MemberData(nameof(Types))]
    public void WeightsBehindCastsBecomeWeights(ElementType type, double tolerance)
    {
        var graph = WithStoredWeights(Network(), type);
        var single = SingleFloats.Apply(graph, out var found);
        Assert.Equal([type], found);
        Assert.DoesNotContain(single.Nodes, n => n.OpType == "Cast");
        Assert.All(single.Initializers.Values, t => Assert.Equal(ElementType.Float32, t.Type));
        Assert.Equal(GraphStatistics.Parameters(Network()), GraphStatistics.Parameters(single));
        var input = Referee.Data(1, 2, 3, 6, 6);
        Referee.AssertClose(Referee.Run(graph, input)[0], ReferenceEvaluator.Run(single, input), tolerance);
    }

    [Fact]
    public void AModelThatIsHalfThroughoutBecomesSingle()
    {
        var network = Network();
        var half = network with
        {
            Inputs = [network.Input with { Type = ElementType.Float16 }],
            Outputs = [network.Output with { Type = ElementType.Float16 }],
            Initializers = network.Initializers.ToImmutableSortedDictionary(i => i.Key, i => Stored(i.Value, ElementType.Float16), StringComparer.Ordinal),
        };
        var single = SingleFloats.Apply(half, out var found);
        Assert.Equal([ElementType.Float16], found);
        Assert.Equal((ElementType.Float32, ElementType.Float32), (single.Input.Type, single.Output.Type));
        var input = Referee.Data(1, 1, 3, 6, 6);
        Referee.AssertClose(ReferenceEvaluator.Run(network, input), Referee.Run(single, input)[0], 1e-2);
    }

    [Fact]
    public void AModelOfFloatsStaysTheSame()
    {
        var graph = Network();
        Assert.Same(graph, SingleFloats.Apply(graph, out var found));
        Assert.Empty(found);
    }

    private static ModelGraph Network()
    {
        var b = new GraphBuilder("stored", seed: 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 8, Window.Same(3), bias: true));
        return b.Build(b.Dense(b.Flatten(x), 5));
    }

    private static ModelGraph WithStoredWeights(ModelGraph graph, ElementType type)
    {
        var casts = graph.Initializers.Keys.Select(name =>
            new Node { Name = $"cast {name}", OpType = "Cast", Inputs = [$"{name} stored"], Outputs = [name] }.With("to", new AttributeValue.Int(1)));
        return graph with
        {
            Nodes = [.. casts, .. graph.Nodes],
            Initializers = graph.Initializers.ToImmutableSortedDictionary(i => $"{i.Key} stored", i => Stored(i.Value, type), StringComparer.Ordinal),
        };
    }

    private static Tensor Stored(Tensor tensor, ElementType type)
    {
        var values = tensor.Floats.ToArray();
        var bytes = type switch
        {
            ElementType.Float16 => MemoryMarshal.AsBytes<Half>([.. values.Select(v => (Half)v)]).ToArray(),
            ElementType.Float64 => MemoryMarshal.AsBytes<double>([.. values.Select(v => (double)v)]).ToArray(),
            _ => MemoryMarshal.AsBytes<ushort>([.. values.Select(v => (ushort)(BitConverter.SingleToInt32Bits(v) >>> 16))]).ToArray(),
        };
        return Tensor.OfRaw(type, bytes, tensor.Shape);
    }
}
