using CPrune.Graph.Onnx.Proto;

namespace CPrune.Graph.Onnx;

/// <summary>From a <see cref="ModelGraph"/> to protobuf messages, everything in one fixed order.</summary>
internal static class ModelWriter
{
    /// <summary>From this version on an initializer need not be listed among the inputs.</summary>
    private const long InitializersNeedNoInput = 4;

    public static ModelProto ToProto(ModelGraph graph)
    {
        var metadata = graph.Metadata;
        var model = ModelProto.Parser.ParseFrom([.. metadata.Leftovers]);
        model.IrVersion = metadata.IrVersion;
        model.ProducerName = metadata.ProducerName;
        model.ProducerVersion = metadata.ProducerVersion;
        model.Domain = metadata.Domain;
        model.ModelVersion = metadata.ModelVersion;
        model.DocString = metadata.DocString;
        model.OpsetImport.AddRange(metadata.OpsetImports.Select(o => new OperatorSetIdProto { Domain = o.Key, Version = o.Value }));
        model.MetadataProps.AddRange(metadata.Properties.Select(p => new StringStringEntryProto { Key = p.Key, Value = p.Value }));
        model.Graph ??= new GraphProto();
        Fill(model.Graph, graph);
        return model;
    }

    private static void Fill(GraphProto proto, ModelGraph graph)
    {
        proto.Name = graph.Name;
        proto.DocString = graph.Metadata.GraphDocString;
        proto.Node.AddRange(graph.Nodes.Select(Write));
        proto.Initializer.AddRange(graph.Initializers.Select(i => TensorCodec.Write(i.Value, i.Key)));
        proto.Input.AddRange(graph.Inputs.Select(Write));
        proto.Output.AddRange(graph.Outputs.Select(Write));
        if (graph.Metadata.IrVersion >= InitializersNeedNoInput) return;
        proto.Input.AddRange(graph.Initializers.Select(i =>
            Write(new ValueInfo(i.Key, i.Value.Type, [.. i.Value.Shape.Select(extent => (Dimension)extent)]))));
    }

    private static NodeProto Write(Node node)
    {
        var proto = NodeProto.Parser.ParseFrom([.. node.Leftovers]);
        proto.Name = node.Name;
        proto.OpType = node.OpType;
        proto.Domain = node.Domain;
        proto.Input.AddRange(node.Inputs);
        proto.Output.AddRange(node.Outputs);
        proto.Attribute.AddRange(node.Attributes.Select(a => AttributeCodec.Write(a.Key, a.Value)));
        return proto;
    }

    private static ValueInfoProto Write(ValueInfo value)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)value.Type };
        if (value.HasShape)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.AddRange(value.Shape.Select(Write));
        }

        return new ValueInfoProto { Name = value.Name, Type = new TypeProto { TensorType = tensor } };
    }

    private static TensorShapeProto.Types.Dimension Write(Dimension dimension) => dimension switch
    {
        { Value: { } value } => new() { DimValue = value },
        { Symbol: { } symbol } => new() { DimParam = symbol },
        _ => new(),
    };
}
