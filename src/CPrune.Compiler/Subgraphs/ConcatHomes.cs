using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Members of channel concatenations are written where they belong in the concatenation's buffer, so that concatenating moves no data. Concatenations whose
/// members are others, or parts of others, share one buffer: what one hands on to the next stays where it is. A value that is a member of several
/// that share nothing is at home in the first, and copied to the others.
/// </summary>
internal sealed class ConcatHomes
{
    private readonly LiveGraph _graph;
    private readonly ChannelOrigins _origins;
    private readonly Dictionary<string, SharedBuffer> _buffers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SharedBuffer> _homes = new(StringComparer.Ordinal);

    public ConcatHomes(LiveGraph graph)
    {
        _graph = graph;
        _origins = new ChannelOrigins(graph);
        foreach (var node in graph.Nodes)
        {
            if (Concatenates(node)) Place(node);
            else _origins.Add(node);
        }

        foreach (var buffer in _buffers.Values.Distinct()) buffer.LayOut();
    }

    /// <summary>Whether a node concatenates channels.</summary>
    public bool Concatenates(Node node) =>
        node.OpType == "Concat" && node.Int("axis", 1) is var axis && (axis < 0 ? axis + _graph.ShapeOf(node.Output).Length : axis) == 1;

    /// <summary>Where a value is written: in its concatenation, or in a buffer of its own.</summary>
    public Destination Of(string value, ActivationExtents extents) =>
        _origins.SameAs(value) is { } computed && _homes.TryGetValue(computed, out var buffer) ? buffer.At(computed)
        : new Destination(value, IsTakenWhole(value) ? extents : PixelPitch.Of(extents));

    /// <summary>The buffer of a concatenation; it may hold more than that.</summary>
    public Destination BufferOf(Node concat) => _buffers[concat.Output].Whole;

    /// <summary>Where a member is copied that is not in the buffer of its concatenation already.</summary>
    public Destination PlaceFor(Node concat, int member) => _buffers[concat.Output].At(CopyOf(concat, member));

    /// <summary>Whether a value is handed out, or read as one long row.</summary>
    private bool IsTakenWhole(string value) => value == _graph.Output || _graph.ConsumersOf(value).Any(n => ViewOperators.IsFlattening(n, _graph));

    private void Place(Node concat)
    {
        if (concat.Inputs.FirstOrDefault(i => _graph.ConstantOrNull(i) is not null) is { } constant)
            throw Unsupported.Node(concat, $"its input '{constant}' is a constant");
        var buffer = _buffers[concat.Output] = new SharedBuffer(concat.Output, _graph.ExtentsOf(concat.Output, concat));
        foreach (var member in concat.Inputs)
            if (ConcatBehind(member) is { } inner && _buffers[inner] != buffer) Absorb(buffer, _buffers[inner]);

        var used = concat.Inputs.SelectMany(i => _origins.Of(i)).ToHashSet();
        ImmutableArray<ChannelOrigin> origins = [.. concat.Inputs.SelectMany((member, i) => Settled(concat, i, buffer, used))];
        _origins.Add(concat.Output, origins);
        buffer.Add(origins.Select(o => o.Value).Distinct().Select(part => (part, _origins.Of(part).Length)));
    }

    /// <summary>Where a member's channels are written in the buffer: where they are computed, or as a copy.</summary>
    private ImmutableArray<ChannelOrigin> Settled(Node concat, int member, SharedBuffer buffer, HashSet<ChannelOrigin> used)
    {
        var value = concat.Inputs[member];
        var origins = _origins.Of(value);
        if (ConcatBehind(value) is not null) return origins;
        var sources = origins.Select(o => o.Value).Distinct().ToList();
        if (!sources.TrueForAll(s => _homes.TryGetValue(s, out var home) ? home == buffer : CanLiveIn(s, used)))
            return _origins.AddOwn(CopyOf(concat, member), origins.Length);
        foreach (var source in sources) _homes[source] = buffer;
        return origins;
    }

    /// <summary>Whether a value is written where it is told to be, and all of it is concatenated.</summary>
    private bool CanLiveIn(string value, HashSet<ChannelOrigin> used) =>
        value != _graph.Output
        && _graph.ProducerOf(value) is { } node && !ViewOperators.Knows(node, _graph)
        && _origins.Of(value).All(used.Contains);

    /// <summary>The concatenation whose channels a value is a choice of.</summary>
    private string? ConcatBehind(string value)
    {
        while (_graph.ProducerOf(value) is { } node)
        {
            if (Concatenates(node)) return value;
            if (_origins.Chosen(node, value) is not (var source, _)) return null;
            value = source;
        }

        return null;
    }

    private void Absorb(SharedBuffer buffer, SharedBuffer other)
    {
        buffer.Absorb(other);
        foreach (var homes in new[] { _buffers, _homes })
            foreach (var name in homes.Where(h => h.Value == other).Select(h => h.Key).ToList()) homes[name] = buffer;
    }

    private static string CopyOf(Node concat, int member) => $"{concat.Output}/{member}";
}
