using System.Collections.Immutable;

namespace CPrune.Graph;

/// <summary>An extent of an input or output: a number, or a symbol such as <c>N</c> (null <see cref="Value"/>).</summary>
public readonly record struct Dimension(int? Value, string? Symbol)
{
    public static implicit operator Dimension(int value) => new(value, null);

    public override string ToString() => Value?.ToString() ?? Symbol ?? "?";
}

/// <summary>A named input or output of the graph.</summary>
public sealed record ValueInfo(string Name, ElementType Type, ImmutableArray<Dimension> Shape)
{
    /// <summary>False where the file states no shape at all; <see cref="Shape"/> is then empty, as a scalar's is.</summary>
    public bool HasShape { get; init; } = true;

    /// <summary>The shape for one batch size: a symbolic first extent becomes <paramref name="batch"/>.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: there is no shape, or another extent is symbolic.</exception>
    public ImmutableArray<int> Concrete(int batch)
    {
        if (!HasShape)
            throw new UserErrorException(UserErrorKind.Model, $"the input '{Name}' has no shape; export the model with one");
        return
        [
            .. Shape.Select((extent, axis) => extent.Value ?? (axis == 0 ? batch : throw new UserErrorException(
                UserErrorKind.Model, $"the input '{Name}' has no fixed extent on axis {axis} ('{extent}'); export the model with a fixed image size, or give the size with --input-shape"))),
        ];
    }
}

/// <summary>What an ONNX file says beside its graph; kept so that a rewritten model can still be recognised.</summary>
public sealed record ModelMetadata
{
    public long IrVersion { get; init; } = 8;

    public string ProducerName { get; init; } = "cprune";

    public string ProducerVersion { get; init; } = "";

    public string Domain { get; init; } = "";

    public long ModelVersion { get; init; }

    public string DocString { get; init; } = "";

    public string GraphDocString { get; init; } = "";

    /// <summary>Operator set versions by domain; the empty domain is ONNX's own.</summary>
    public ImmutableSortedDictionary<string, long> OpsetImports { get; init; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal).Add("", 13);

    public ImmutableSortedDictionary<string, string> Properties { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>A serialised <c>ModelProto</c> with everything that has no place in a <see cref="ModelGraph"/>, such as functions.</summary>
    public ImmutableArray<byte> Leftovers { get; init; } = [];
}

/// <summary>
/// A model as a value: nodes in topological order, initializers by name. A rewrite makes a new graph; the tensors it does not
/// change are shared. Activations are NCHW as in ONNX; the compiler's own layout never shows here.
/// </summary>
public sealed record ModelGraph
{
    public required string Name { get; init; }

    /// <summary>Inputs that are not initializers.</summary>
    public required ImmutableArray<ValueInfo> Inputs { get; init; }

    public required ImmutableArray<ValueInfo> Outputs { get; init; }

    public required ImmutableArray<Node> Nodes { get; init; }

    /// <summary>Constants by name. <c>Constant</c> nodes stay nodes; a rewrite may turn them into initializers.</summary>
    public required ImmutableSortedDictionary<string, Tensor> Initializers { get; init; }

    public ModelMetadata Metadata { get; init; } = new();

    /// <summary>The one image input of a classifier.</summary>
    /// <exception cref="UserErrorException">The model has none or several.</exception>
    public ValueInfo Input => Inputs.Length == 1
        ? Inputs[0]
        : throw new UserErrorException(UserErrorKind.Model, $"the model has {Inputs.Length} inputs; a classifier with exactly one is needed");

    /// <summary>The scores of a classifier: its first output.</summary>
    public ValueInfo Output => Outputs[0];

    /// <summary>The version of ONNX's own operator set.</summary>
    public long Opset => Metadata.OpsetImports.GetValueOrDefault("", 13);

    public ModelGraph WithInitializer(string name, Tensor tensor) => this with { Initializers = Initializers.SetItem(name, tensor) };

    public ModelGraph WithInitializers(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        this with { Initializers = Initializers.SetItems(tensors) };

    public Tensor? InitializerOrNull(string? name) => name is null ? null : Initializers.GetValueOrDefault(name);

    /// <summary>The node that makes each value.</summary>
    public IReadOnlyDictionary<string, Node> Producers()
    {
        var producers = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var node in Nodes)
            foreach (var output in node.Outputs)
                if (output.Length > 0) producers[output] = node;
        return producers;
    }

    /// <summary>The nodes that read each value, in graph order; a node that reads a value twice is listed twice.</summary>
    public ILookup<string, Node> Consumers() =>
        Nodes.SelectMany(n => n.Inputs.Where(i => i.Length > 0).Select(i => (Value: i, Node: n)))
            .ToLookup(p => p.Value, p => p.Node, StringComparer.Ordinal);
}
