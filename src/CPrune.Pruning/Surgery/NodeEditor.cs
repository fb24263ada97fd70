using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>Makes what nodes say about channels follow a removal, in one pass over the graph. Names and everything untouched stay.</summary>
internal sealed class NodeEditor
{
    private const int SizesAreAnInputSince = 13;

    private readonly ModelGraph _graph;
    private readonly ChannelSelection _selection;
    private readonly ILookup<string, NodeEdit> _edits;
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal);
    private readonly NodeConstants _constants;

    private NodeEditor(ModelGraph graph, ChannelAnalysis analysis, ChannelSelection selection)
    {
        (_graph, _selection, _constants) = (graph, selection, new NodeConstants(graph));
        _edits = analysis.Edits.Where(e => selection.TouchesAny(e.Channels)).ToLookup(e => e.Node, StringComparer.Ordinal);
        foreach (var shuffle in _edits.SelectMany(e => e).OfType<NodeEdit.Shuffle>())
            _dropped.UnionWith([shuffle.Nodes.View.Output, shuffle.Nodes.Turn.Output]);
    }

    public static ModelGraph Apply(ModelGraph graph, ChannelAnalysis analysis, ChannelSelection selection)
    {
        var editor = new NodeEditor(graph, analysis, selection);
        if (editor._edits.Count == 0) return graph;
        ImmutableArray<Node> nodes = [.. graph.Nodes.Where(n => !n.Outputs.Any(editor._dropped.Contains)).Select(editor.Edited)];
        return editor._constants.WrittenTo(graph with { Nodes = nodes });
    }

    private Node Edited(Node node) => node.Outputs.IsEmpty ? node : _edits[node.Output].Aggregate(node, Edit);

    private Node Edit(Node node, NodeEdit edit) => edit switch
    {
        NodeEdit.Count count => Count(node, count, _selection.CountKept(count.Counted)),
        NodeEdit.Sizes sizes => Sizes(node, [.. sizes.Parts.Select(p => (long)_selection.CountKept(p))]),
        NodeEdit.Choice choice => WithInput(node, 1, Places(choice.Channels, choice.Indices)),
        NodeEdit.Shuffle shuffle => Gather(shuffle),
        _ => throw new InvalidOperationException($"no such edit: {edit}"),
    };

    private Node Count(Node node, NodeEdit.Count edit, long value)
    {
        if (edit.Attribute is { } name && node.Attributes.GetValueOrDefault(name) is { } attribute)
        {
            return node.With(name, attribute is AttributeValue.Ints list && edit.Index is { } index
                ? new AttributeValue.Ints(list.Values.SetItem(index, value))
                : new AttributeValue.Int(value));
        }

        return WithInput(node, edit.Input, _constants.Longs(node.Inputs[edit.Input]).SetItem(edit.Index!.Value, value));
    }

    private Node Sizes(Node node, ImmutableArray<long> sizes)
    {
        if (_graph.Opset < SizesAreAnInputSince) return node.With("split", new AttributeValue.Ints(sizes));
        node = node with { Attributes = node.Attributes.Remove("num_outputs") };
        return node.InputOrNull(1) is null
            ? node with { Inputs = [node.Inputs[0], _constants.Added($"{node.Output}.sizes", sizes)] }
            : WithInput(node, 1, sizes);
    }

    private Node Gather(NodeEdit.Shuffle edit)
    {
        var (view, join) = (edit.Nodes.View, edit.Nodes.Join);
        _constants.Release(view.InputOrNull(1));
        _constants.Release(join.InputOrNull(1));
        var indices = _constants.Added($"{join.Output}.indices", Places(edit.Channels, edit.Indices));
        return new Node { Name = join.Name, OpType = "Gather", Inputs = [view.Inputs[0], indices], Outputs = join.Outputs }
            .With("axis", new AttributeValue.Int(1));
    }

    private Node WithInput(Node node, int input, ImmutableArray<long> values) =>
        node with { Inputs = node.Inputs.SetItem(input, _constants.Changed(node.Inputs[input], node.Output, values)) };

    /// <summary>The chosen channels that stay, numbered among those that stay.</summary>
    private ImmutableArray<long> Places(ImmutableArray<int> channels, ImmutableArray<int> chosen)
    {
        var places = new long[channels.Length];
        for (int i = 0, next = 0; i < places.Length; i++) places[i] = _selection.IsRemoved(channels[i]) ? -1 : next++;
        return [.. chosen.Select(c => places[c]).Where(p => p >= 0)];
    }
}
