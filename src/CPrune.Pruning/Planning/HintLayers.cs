using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Planning;

/// <summary>
/// The layers whose inputs a cut model learns from the original (docs/how-it-works.md, "Training"): those that make pictures smaller, and
/// whose inputs still have all their channels. There each stage of a network hands its result on, so that few layers say what all before
/// them have to come to. Where channels went, the others have to take over what these did, and may not stay as they were.
/// </summary>
/// <param name="whole">The model that nothing was cut of.</param>
public sealed class HintLayers(ModelGraph whole)
{
    private readonly ImmutableArray<(string Layer, ImmutableArray<int> Read)> _layers = LayersOf(whole);

    /// <summary>Names of the layers that a model, which was cut from the whole one, learns by.</summary>
    public ImmutableArray<string> Of(ModelGraph cut)
    {
        var (shapes, nodes) = (KnownValues.AsFarAsKnown(cut).Shapes, cut.Nodes.ToLookup(n => n.Name, StringComparer.Ordinal));
        return [.. _layers.Where(l => nodes[l.Layer].Any(n => IsRead(n, l.Read))).Select(l => l.Layer)];

        bool IsRead(Node node, ImmutableArray<int> shape) => shapes.TryGetValue(node.Inputs[0], out var read) && read.SequenceEqual(shape);
    }

    private static ImmutableArray<(string Layer, ImmutableArray<int> Read)> LayersOf(ModelGraph graph)
    {
        var (shapes, analysis) = (KnownValues.AsFarAsKnown(graph).Shapes, PruningGraph.Analyze(graph));
        return
        [
            .. graph.Nodes.Where(n => n.Inputs.Length > 0 && IsMadeByLayers(n.Inputs[0], analysis) && MakesSmaller(n, shapes))
                .DistinctBy(n => n.Inputs[0]).Select(n => (n.Name, shapes[n.Inputs[0]])),
        ];
    }

    /// <summary>Pictures that some layer made; the model's own input teaches nothing.</summary>
    private static bool IsMadeByLayers(string value, ChannelAnalysis analysis) =>
        analysis.Values.TryGetValue(value, out var layout)
        && layout is ChannelLayout.Known { Rank: 4, Axis: 1, Atoms: var atoms } && atoms.Any(a => analysis.PlaceOf(a).Group >= 0);

    private static bool MakesSmaller(Node node, IReadOnlyDictionary<string, ImmutableArray<int>> shapes) =>
        shapes.TryGetValue(node.Inputs[0], out var read) && shapes.TryGetValue(node.Outputs[0], out var made)
        && Pixels(made) < Pixels(read);

    private static long Pixels(ImmutableArray<int> shape) => shape.Skip(2).Aggregate(1L, (all, extent) => all * extent);
}
