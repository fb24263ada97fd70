using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>
/// The channels of values that hold one number in every place for every image, with that number; exact for finite activations, and up to the sign of zero. What
/// is not followed here is simply not known.
/// </summary>
internal sealed class ConstantChannels
{
    private readonly Dictionary<string, float?[]> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sourceOfShuffle;
    private readonly ChannelAnalysis _analysis;
    private readonly HashSet<string> _layers;
    private readonly ConstantTable _constants;
    private readonly long _opset;

    private ConstantChannels(ModelGraph graph, ChannelAnalysis analysis)
    {
        (_analysis, _constants, _opset) = (analysis, new ConstantTable(graph), graph.Opset);
        _layers = analysis.Layers.Select(l => l.Layer).ToHashSet(StringComparer.Ordinal);
        _sourceOfShuffle = analysis.Edits.OfType<NodeEdit.Shuffle>().ToDictionary(s => s.Node, s => s.Nodes.View.Inputs[0], StringComparer.Ordinal);
        foreach (var node in graph.Nodes) Visit(node);
    }

    public static ConstantChannels Of(ModelGraph graph, ChannelAnalysis analysis) => new(graph, analysis);

    /// <summary>Whether a channel of a layer's input is always zero; of what the layer sums over something else than its input's channels nothing is known.</summary>
    public Func<int, bool> ZerosOf(Node node, SummingLayer layer)
    {
        var input = node.Inputs[0];
        if (LayoutOf(input) is not { } layout || layout.Axis != layer.SummedAxis(layout.Rank) || layout.Atoms.Length != layer.Channels) return _ => false;
        return _known.GetValueOrDefault(input) is { } numbers ? channel => numbers[channel] == 0 : _ => false;
    }

    private void Visit(Node node)
    {
        if (node.Outputs.All(o => LayoutOf(o) is null)) return;
        if (SummingLayer.Of(node, _constants) is { } layer) VisitLayer(node, layer);
        else if (PointwiseConstants.Knows(node)) VisitPointwise(node);
        else if (ChannelTraffic.KeepsZeros(node)) VisitPooling(node);
        else if (ChannelTraffic.OnlyMoves(node)) VisitMovement(node, null);
        else if (ChannelTraffic.PadsWithZeros(node, _constants)) VisitMovement(node, 0);
    }

    private void VisitLayer(Node node, SummingLayer layer)
    {
        if (!_layers.Contains(node.LayerName())) return;
        var isZero = ZerosOf(node, layer);
        Know(node.Output, [.. Enumerable.Range(0, layer.Filters).Select(f => layer.ConstantOf(f, isZero))]);
    }

    private void VisitPointwise(Node node)
    {
        var layouts = node.Inputs.Select(LayoutOf).ToList();
        if (LayoutOf(node.Output) is not { } output || !layouts.Any(l => l is not null && l.Atoms.SequenceEqual(output.Atoms))) return;
        if (layouts.Any(l => l is not null && l.Axis + output.Rank - l.Rank != output.Axis)) return;
        var operands = ImmutableArray.CreateBuilder<ChannelNumbers>();
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            if (layouts[i] is { } layout) operands.Add(ChannelNumbers.Of(_known.GetValueOrDefault(node.Inputs[i]), layout.Atoms.Length));
            else if (_constants.TensorOf(node.Inputs[i]) is not { } constant) return;
            else operands.Add(PointwiseConstants.IsVector(node, i) ? ChannelNumbers.OfVector(constant) : ChannelNumbers.Of(constant, output));
        }

        Know(node.Output, PointwiseConstants.Evaluate(node, _opset, operands.ToImmutable(), output.Atoms.Length));
    }

    private void VisitPooling(Node node)
    {
        if (_known.GetValueOrDefault(node.Inputs[0]) is not { } numbers || LayoutOf(node.Output)?.Atoms.SequenceEqual(LayoutOf(node.Inputs[0])!.Atoms) != true) return;
        Know(node.Output, [.. numbers.Select(n => n == 0 ? n : null)]);
    }

    /// <summary>Elements keep their numbers; which channel they came from is known by where that stands in its group.</summary>
    /// <param name="added">What the channels are that come from no input.</param>
    private void VisitMovement(Node node, float? added)
    {
        var numbers = new Dictionary<(int Group, int Position), float?>();
        string[] sources = _sourceOfShuffle.TryGetValue(node.Output, out var source) ? [source] : [.. node.Inputs.Where(i => LayoutOf(i) is not null)];
        var moved = new HashSet<int>();
        foreach (var input in sources)
        {
            var (atoms, known) = (LayoutOf(input)!.Atoms, _known.GetValueOrDefault(input));
            moved.UnionWith(atoms);
            for (var i = 0; i < atoms.Length; i++)
            {
                var place = _analysis.PlaceOf(atoms[i]);
                var number = added is null || known?[i] == 0 ? known?[i] : null;
                numbers[place] = numbers.TryGetValue(place, out var other) && other != number ? null : number;
            }
        }

        foreach (var output in node.Outputs)
        {
            // What a node that was left alone makes are other channels.
            if (LayoutOf(output) is not { } layout) continue;
            if (added is null ? !layout.Atoms.All(moved.Contains) : layout.Atoms.Count(moved.Contains) < moved.Count) continue;
            Know(output, [.. layout.Atoms.Select(a => added is not null && !moved.Contains(a) ? added : NumberAt(numbers, _analysis.PlaceOf(a)))]);
        }
    }

    private static float? NumberAt(Dictionary<(int Group, int Position), float?> numbers, (int Group, int Position) place) =>
        place.Group < 0 ? null : numbers.GetValueOrDefault(place);

    private void Know(string value, float?[]? numbers)
    {
        if (numbers is not null && numbers.Any(n => n is not null) && numbers.Length == LayoutOf(value)?.Atoms.Length) _known[value] = numbers;
    }

    private ChannelLayout.Known? LayoutOf(string value) => _analysis.Values.GetValueOrDefault(value) as ChannelLayout.Known;
}
