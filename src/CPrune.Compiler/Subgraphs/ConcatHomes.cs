using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Members of channel concatenations are written where they belong in the concatenation's buffer, so that concatenating moves no data. A value
/// that is a member of several is at home in the first; concatenations may nest.
/// </summary>
internal sealed class ConcatHomes
{
    private readonly LiveGraph _graph;
    private readonly Dictionary<string, (string Concat, int FirstChannel)> _homes = new(StringComparer.Ordinal);

    public ConcatHomes(LiveGraph graph)
    {
        _graph = graph;
        foreach (var node in graph.Nodes.Where(n => n.OpType == "Concat"))
            foreach (var (value, firstChannel) in MembersOf(node))
                if (value != graph.Output) _homes.TryAdd(value, (node.Output, firstChannel));
    }

    /// <summary>Where a value is written: in its concatenation, or in a buffer of its own.</summary>
    public Destination Of(string value, ActivationExtents extents)
    {
        if (!_homes.TryGetValue(value, out var home)) return new Destination(value, extents, 0);
        var outer = Of(home.Concat, _graph.ExtentsOrNull(home.Concat)!.Value);
        return outer with { FirstChannel = outer.FirstChannel + home.FirstChannel };
    }

    /// <summary>The concatenated values, each with the channel at which it begins.</summary>
    /// <exception cref="UserErrorException">Another axis than the channels is concatenated, or a constant is a member.</exception>
    public IEnumerable<(string Value, int FirstChannel)> MembersOf(Node node)
    {
        var rank = _graph.ShapeOf(node.Output).Length;
        var axis = node.Int("axis", 1);
        if ((axis < 0 ? axis + rank : axis) != 1) throw Unsupported.Node(node, $"it concatenates axis {axis}, and only channels (axis 1) are concatenated");
        if (node.Inputs.FirstOrDefault(i => _graph.ConstantOrNull(i) is not null) is { } constant)
            throw Unsupported.Node(node, $"its input '{constant}' is a constant");
        return Members();

        IEnumerable<(string, int)> Members()
        {
            var firstChannel = 0;
            foreach (var value in node.Inputs)
            {
                yield return (value, firstChannel);
                firstChannel += _graph.ExtentsOf(value, node).Channels;
            }
        }
    }
}
