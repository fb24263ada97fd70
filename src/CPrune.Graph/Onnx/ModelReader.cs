using System.Collections.Immutable;
using CPrune.Graph.Onnx.Proto;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace CPrune.Graph.Onnx;

/// <summary>From protobuf messages to a <see cref="ModelGraph"/>; what has no place there is kept serialised as leftovers.</summary>
/// <param name="source">How messages name the file.</param>
internal sealed class ModelReader(string source, ExternalData external)
{
    /// <summary>Before this version, broadcasting and batch norm had other attributes.</summary>
    private const long OldestOpset = 7;

    public ModelGraph Read(ModelProto model)
    {
        if (model.Graph is null)
        {
            throw Error(model.IrVersion > 0 && model.CalculateSize() < 1024
                ? "holds no graph; it is truncated, or not an ONNX model"
                : "is not an ONNX model; export the network to ONNX first");
        }

        Refuse(model);
        var graph = model.Graph;
        var tensors = new TensorCodec(source, external);
        var attributes = new AttributeCodec(tensors);
        var initializers = ImmutableSortedDictionary.CreateBuilder<string, Tensor>(StringComparer.Ordinal);
        foreach (var tensor in graph.Initializer)
        {
            if (!initializers.TryAdd(tensor.Name, tensors.Read(tensor, $"initializer '{tensor.Name}'")))
                throw Error($"holds two initializers of the name '{tensor.Name}'; it is damaged, export it again");
        }

        CheckOutputs(graph);
        var read = new ModelGraph
        {
            Name = graph.Name,
            Inputs = [.. graph.Input.Where(i => !initializers.ContainsKey(i.Name)).Select(Read)],
            Outputs = [.. graph.Output.Select(Read)],
            Nodes = [.. graph.Node.Select(n => Read(n, attributes))],
            Initializers = initializers.ToImmutable(),
            Metadata = ReadMetadata(model),
        };
        new NumberCheck(source).Check(read);
        return new NameCheck(source).Check(read);
    }

    private void Refuse(ModelProto model)
    {
        var graph = model.Graph;
        if (graph.Node.Count == 0) throw Error("holds a graph without nodes; there is nothing to run");
        if (graph.Output.Count == 0) throw Error("holds a graph without outputs; it is truncated or damaged");
        if (model.TrainingInfo.Count > 0) throw Error("is a training model; export it for inference");
        if (graph.SparseInitializer.Count > 0) throw Error("holds sparse initializers; export it with dense ones");
        var opset = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version
            ?? throw Error("names no operator set; it is truncated or damaged");
        if (opset < OldestOpset) throw Error($"uses operator set {opset}; convert it to {OldestOpset} or later");
    }

    private void CheckOutputs(GraphProto graph)
    {
        var made = graph.Node.SelectMany(n => n.Output).Concat(graph.Initializer.Select(i => i.Name)).Concat(graph.Input.Select(i => i.Name));
        if (graph.Output.Select(o => o.Name).Except(made, StringComparer.Ordinal).FirstOrDefault() is { } output)
            throw Error($"has the output '{output}', which no node makes; it is damaged, export it again");
        if (graph.Node.FirstOrDefault(n => n.Output.Count == 0) is { } node)
            throw Error($"has the node {node.OpType} '{node.Name}' without outputs; it is damaged, export it again");
    }

    private ValueInfo Read(ValueInfoProto value)
    {
        if (value.Type is { ValueCase: not TypeProto.ValueOneofCase.TensorType })
            throw Error($"has the input or output '{value.Name}', which is not a tensor; export a model with tensors only");
        var tensor = value.Type?.TensorType;
        return new ValueInfo(value.Name, (ElementType)(tensor?.ElemType ?? 0), [.. (tensor?.Shape?.Dim ?? []).Select(Read)])
        {
            HasShape = tensor?.Shape is not null,
        };
    }

    private static Dimension Read(TensorShapeProto.Types.Dimension dimension) => dimension.ValueCase switch
    {
        // A negative or zero extent is how some exporters write "unknown".
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue when dimension.DimValue is > 0 and <= int.MaxValue => (int)dimension.DimValue,
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => new Dimension(null, dimension.DimParam),
        _ => new Dimension(null, null),
    };

    private static Node Read(NodeProto proto, AttributeCodec codec)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, AttributeValue>(StringComparer.Ordinal);
        foreach (var attribute in proto.Attribute) attributes[attribute.Name] = codec.Read(attribute, proto);
        var rest = proto.Clone();
        rest.Input.Clear();
        rest.Output.Clear();
        rest.Attribute.Clear();
        (rest.Name, rest.OpType, rest.Domain) = ("", "", "");
        return new Node
        {
            Name = proto.Name,
            OpType = proto.OpType,
            Domain = proto.Domain == "ai.onnx" ? "" : proto.Domain,
            Inputs = [.. proto.Input],
            Outputs = [.. proto.Output],
            Attributes = attributes.ToImmutable(),
            Leftovers = [.. rest.ToByteArray()],
        };
    }

    private static ModelMetadata ReadMetadata(ModelProto model) => new()
    {
        IrVersion = model.IrVersion,
        ProducerName = model.ProducerName,
        ProducerVersion = model.ProducerVersion,
        Domain = model.Domain,
        ModelVersion = model.ModelVersion,
        DocString = model.DocString,
        GraphDocString = model.Graph.DocString,
        OpsetImports = Sorted(model.OpsetImport, o => o.Domain == "ai.onnx" ? "" : o.Domain, o => o.Version),
        Properties = Sorted(model.MetadataProps, p => p.Key, p => p.Value),
        Leftovers = [.. LeftoversOf(model)],
    };

    // Takes the message apart, so it runs last; a clone would copy every weight.
    private static byte[] LeftoversOf(ModelProto model)
    {
        var graph = model.Graph;
        graph.Node.Clear();
        graph.Initializer.Clear();
        graph.Input.Clear();
        graph.Output.Clear();
        graph.ValueInfo.Clear();
        (graph.Name, graph.DocString) = ("", "");
        if (graph.CalculateSize() == 0) model.Graph = null;
        model.OpsetImport.Clear();
        model.MetadataProps.Clear();
        (model.IrVersion, model.ModelVersion) = (0, 0);
        (model.ProducerName, model.ProducerVersion, model.Domain, model.DocString) = ("", "", "", "");
        return model.ToByteArray();
    }

    private static ImmutableSortedDictionary<string, TValue> Sorted<T, TValue>(
        RepeatedField<T> items, Func<T, string> key, Func<T, TValue> value)
    {
        var sorted = ImmutableSortedDictionary.CreateBuilder<string, TValue>(StringComparer.Ordinal);
        foreach (var item in items) sorted[key(item)] = value(item);
        return sorted.ToImmutable();
    }

    private UserErrorException Error(string what) => new(UserErrorKind.Model, $"'{source}' {what}");
}
