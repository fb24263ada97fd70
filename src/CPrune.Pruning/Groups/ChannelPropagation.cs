using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups.Rules;

namespace CPrune.Pruning.Groups;

/// <summary>A convolution or dense layer as the walk met it.</summary>
/// <param name="Filters">The channel of each index of the weight's filter axis.</param>
/// <param name="Inputs">The channel of each index of its reduction axis; empty for a depthwise convolution, which sums over none.</param>
/// <param name="FilterGroups">Groups of a grouped convolution, each of which loses filters alike; 1 otherwise.</param>
internal sealed record LayerChannelMap(
    string Layer, string Weight, int FilterAxis, ImmutableArray<int> Filters, int ReductionAxis, ImmutableArray<int> Inputs, int FilterGroups);

/// <summary>
/// The state of the walk through the graph: what is known of each value so far. Nodes are identified by their first output.
/// </summary>
internal sealed class ChannelPropagation
{
    private readonly Dictionary<string, ChannelLayout> _layouts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs;
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly KnownValues _known;
    private readonly IReadOnlyDictionary<string, ImmutableArray<int>> _shapes;
    private long _counted;

    public ChannelPropagation(ModelGraph graph, KnownValues known)
    {
        Constants = new ConstantTable(graph);
        Bindings = new TensorBindings(Atoms);
        Consumers = graph.Consumers();
        Producers = graph.Producers();
        _outputs = graph.Outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        _known = known;
        _shapes = known.Shapes;
    }

    public ChannelAtoms Atoms { get; } = new();

    public ConstantTable Constants { get; }

    public TensorBindings Bindings { get; }

    public ILookup<string, Node> Consumers { get; }

    public IReadOnlyDictionary<string, Node> Producers { get; }

    public List<LayerChannelMap> Layers { get; } = [];

    public List<NodeEdit> Edits { get; } = [];

    public IReadOnlyDictionary<string, ChannelLayout> Layouts => _layouts;

    /// <summary>Rules applied, links between channels followed, and what was counted besides.</summary>
    public long Steps => _counted + Atoms.Steps;

    /// <summary>Carries channels through a node, or leaves alone what meets there.</summary>
    public void Visit(Node node, IChannelRule? rule)
    {
        if (node.Outputs.Any(_done.Contains))
        {
            // It follows the channels that the earlier node carries, not those that other values' shapes count.
            foreach (var input in node.Inputs.Where(IsNumbers)) FreezeValue(input, $"the shape of {node.Label} counts channels");
            return;
        }

        Count(1);
        var reason = rule is null ? $"{node.Label} is not understood" : rule.Apply(node, this);
        if (reason is not null) LeaveAlone(node, reason);
    }

    /// <summary>Adds work to <see cref="Steps"/>.</summary>
    public void Count(int steps) => _counted += steps;

    /// <summary>Says that an earlier node's rule has seen to this node too.</summary>
    public void MarkDone(Node node) => _done.Add(node.Output);

    /// <summary>The only node that reads a value, or null where there are several or the value leaves the model.</summary>
    public Node? OnlyReader(string value) => !_outputs.Contains(value) && Consumers[value].Take(2).ToList() is [var reader] ? reader : null;

    /// <summary>A node whose shapes are known with what is known of its inputs.</summary>
    public OperatorCall CallOf(Node node) => _known.Call(node);

    /// <summary>The shape of a value for batch 1, or null behind an operator without shape inference.</summary>
    public ImmutableArray<int>? ShapeOrNull(string value) => _shapes.TryGetValue(value, out var shape) ? shape : null;

    /// <summary>
    /// Integers such as axes or pads, also where they are computed from constants or from the shapes of an image; null when they depend on what it shows.
    /// </summary>
    public long[]? LongsOf(string? value) =>
        (Constants.TensorOf(value) ?? _known.ConstantOrNull(value)) is { Type: ElementType.Int64 } tensor ? tensor.Longs.ToArray() : null;

    /// <summary>The channels of a computed value; null for constants and absent inputs.</summary>
    public ChannelLayout? LayoutOf(string? value) => value is null ? null : _layouts.GetValueOrDefault(value);

    /// <summary>The value is integers read off shapes.</summary>
    public bool IsNumbers(string value) => LayoutOf(value) is ChannelLayout.Numbers;

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

    /// <summary>Leaves a value's channels alone where a node reads them in another way than it should; for that node they are not known.</summary>
    public ChannelLayout.Opaque Refused(ChannelLayout.Known value, string reason)
    {
        Atoms.Freeze(value.Atoms, reason);
        return new ChannelLayout.Opaque(reason);
    }

    public void FreezeValue(string value, string reason)
    {
        switch (LayoutOf(value))
        {
            case ChannelLayout.Known known: Atoms.Freeze(known.Atoms, reason); break;
            case ChannelLayout.Numbers numbers: foreach (var counted in numbers.Counted) Atoms.Freeze(counted, reason); break;
            default: UseConstant(value, reason); break;
        }
    }

    public void FreezeEverything(string reason)
    {
        foreach (var layout in _layouts.Values)
            if (layout is ChannelLayout.Known known) Atoms.Freeze(known.Atoms, reason);
    }
}
