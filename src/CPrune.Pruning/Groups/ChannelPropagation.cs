using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Pruning.Groups;

/// <summary>A convolution or dense layer as the walk met it.</summary>
/// <param name="Filters">The channel of each index of the weight's filter axis.</param>
/// <param name="Inputs">The channel of each index of its reduction axis; empty for a depthwise convolution, which sums over none.</param>
/// <param name="FilterGroups">Groups of a grouped convolution, each of which loses filters alike; 1 otherwise.</param>
internal sealed record LayerChannelMap(
    string Layer, string Weight, int FilterAxis, ImmutableArray<int> Filters, int ReductionAxis, ImmutableArray<int> Inputs, int FilterGroups);

/// <summary>An integer that says how many channels there are and must follow them.</summary>
internal abstract record ExtentEdit(string Node, ImmutableArray<int> Atoms)
{
    /// <summary>The <c>group</c> attribute of a depthwise convolution.</summary>
    internal sealed record Groups(string Node, ImmutableArray<int> Atoms) : ExtentEdit(Node, Atoms);

    /// <summary>One element of an integer constant that a node reads, for example of a <c>Reshape</c>'s shape.</summary>
    internal sealed record Element(string Node, int Input, int Index, ImmutableArray<int> Atoms) : ExtentEdit(Node, Atoms);
}

/// <summary>
/// The state of the walk through the graph: what is known of each value so far. Nodes are identified by their first output.
/// </summary>
internal sealed class ChannelPropagation
{
    private readonly Dictionary<string, ChannelLayout> _layouts = new(StringComparer.Ordinal);
    private readonly KnownValues _known;
    private readonly IReadOnlyDictionary<string, ImmutableArray<int>> _shapes;

    public ChannelPropagation(ModelGraph graph, KnownValues known)
    {
        Constants = new ConstantTable(graph);
        Bindings = new TensorBindings(Atoms);
        Consumers = graph.Consumers();
        Producers = graph.Producers();
        _known = known;
        _shapes = known.Shapes;
    }

    public ChannelAtoms Atoms { get; } = new();

    public ConstantTable Constants { get; }

    public TensorBindings Bindings { get; }

    public ILookup<string, Node> Consumers { get; }

    public IReadOnlyDictionary<string, Node> Producers { get; }

    public List<LayerChannelMap> Layers { get; } = [];

    public List<ExtentEdit> Edits { get; } = [];

    public IReadOnlyDictionary<string, ChannelLayout> Layouts => _layouts;

    /// <summary>The shape of a value for batch 1, or null behind an operator without shape inference.</summary>
    public ImmutableArray<int>? ShapeOrNull(string value) => _shapes.TryGetValue(value, out var shape) ? shape : null;

    /// <summary>Integers such as axes or pads, also where they are computed from constants; null when they depend on the image.</summary>
    public long[]? LongsOf(string? value) => _known.ConstantOrNull(value) is { Type: ElementType.Int64 } tensor ? tensor.Longs.ToArray() : null;

    /// <summary>The channels of a computed value; null for constants and absent inputs.</summary>
    public ChannelLayout? LayoutOf(string? value) => value is null ? null : _layouts.GetValueOrDefault(value);

    /// <summary>The reason why a node's first input has no known channels.</summary>
    public string WhyUnknown(Node node) =>
        LayoutOf(node.InputOrNull(0)) is ChannelLayout.Opaque opaque ? opaque.Reason : $"{node.Label} works on a constant";

    public void SetLayout(string value, ChannelLayout layout)
    {
        if (value.Length > 0) _layouts[value] = layout;
    }

    /// <inheritdoc cref="LayerChannelMap"/>
    public void AddLayer(
        Node node, int filterAxis, ImmutableArray<int> filters, int reductionAxis, ImmutableArray<int> inputs, int filterGroups) =>
        Layers.Add(new LayerChannelMap(
            node.LayerName(), Constants.RootOf(node.Inputs[1])!, filterAxis, filters, reductionAxis, inputs, filterGroups));

    /// <summary>One use of a constant whose unnamed axes must stay; does nothing for an absent one.</summary>
    public void UseConstant(string? name, string otherwise, params ReadOnlySpan<(int Axis, ImmutableArray<int> Atoms)> bound)
    {
        if (Constants.RootOf(name) is { } root) Bindings.Use(root, Constants.TensorOf(root)!, otherwise, bound);
    }

    /// <summary>
    /// One use of a constant that is broadcast (numpy's rule) against a value of the given rank with channels along one axis.
    /// </summary>
    public void UseBroadcastConstant(Node node, string? name, int rank, int axis, ImmutableArray<int> channels)
    {
        if (Constants.TensorOf(name) is not { } tensor) return;
        var otherwise = $"constant '{name}' of {node.Label} does not run along the channels";
        var own = axis - (rank - tensor.Shape.Length);
        if (own >= 0 && tensor.Shape[own] == channels.Length) UseConstant(name, otherwise, (own, channels));
        else UseConstant(name, otherwise);
    }

    /// <summary>
    /// Leaves all channels that meet at a node alone, for the given reason. Where its outputs' shapes are known, the walk goes on behind it
    /// with channels that are frozen from the start.
    /// </summary>
    public void LeaveAlone(Node node, string reason)
    {
        foreach (var input in node.Inputs) FreezeValue(input, reason);
        foreach (var output in node.Outputs)
        {
            SetLayout(output, ShapeOrNull(output) is { Length: >= 2 } shape
                ? new ChannelLayout.Known(shape.Length, 1, Atoms.FreshFrozen(shape[1], reason))
                : new ChannelLayout.Opaque(reason));
        }
    }

    public void FreezeValue(string value, string reason)
    {
        if (LayoutOf(value) is ChannelLayout.Known known) Atoms.Freeze(known.Atoms, reason);
        else UseConstant(value, reason);
    }

    public void FreezeEverything(string reason)
    {
        foreach (var layout in _layouts.Values)
            if (layout is ChannelLayout.Known known) Atoms.Freeze(known.Atoms, reason);
    }
}
