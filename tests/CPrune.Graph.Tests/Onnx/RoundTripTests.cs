using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CPrune.Graph.Onnx;
using CPrune.Graph.Onnx.Proto;
using CPrune.Graph.Operators;
using CsCheck;
using Google.Protobuf;
using static CPrune.Graph.Tests.OneNode;
using static CPrune.Graph.Onnx.Proto.AttributeProto.Types;

namespace CPrune.Graph.Tests.Onnx;

/// <summary>What is read is written again: names, metadata, and what nobody here understands.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public void Metadata_names_and_symbols()
    {
        var graph = Model("Relu", [1, 3]) with
        {
            Name = "the graph",
            Inputs = [new ValueInfo("x", ElementType.Float32, [new Dimension(null, "N"), 3, new Dimension(null, null)])],
            Metadata = new ModelMetadata
            {
                IrVersion = 7,
                ProducerName = "someone",
                ProducerVersion = "1.2",
                Domain = "org.example",
                ModelVersion = 42,
                DocString = "a model",
                GraphDocString = "a graph",
                OpsetImports = new ModelMetadata().OpsetImports.SetItem("", 15).Add("org.example", 3),
                Properties = new ModelMetadata().Properties.Add("class_names", "cat,dog").Add("author", "me"),
            },
        };
        var again = Again(graph);
        Assert.Equal(graph.Name, again.Name);
        Assert.Equal(graph.Inputs[0].Shape, again.Inputs[0].Shape);
        Assert.False(again.Outputs[0].HasShape);
        Assert.Equal(graph.Metadata.OpsetImports, again.Metadata.OpsetImports);
        Assert.Equal(graph.Metadata.Properties, again.Metadata.Properties);
        Assert.Equal(
            graph.Metadata, again.Metadata with
            {
                OpsetImports = graph.Metadata.OpsetImports,
                Properties = graph.Metadata.Properties,
                Leftovers = graph.Metadata.Leftovers,
            });
        Assert.Equal(15, again.Opset);
    }

    [Fact]
    public void Attributes_of_every_type()
    {
        var graph = Model(
            "Relu", [1, 3],
            attributes:
            [
                ("i", Int(-5)), ("f", Float(0.25f)), ("s", Text("blåbær")), ("is", Ints(1, -2, long.MaxValue)),
                ("fs", new AttributeValue.Floats([1, -0f, float.NaN])), ("none", Ints()), ("t", new AttributeValue.TensorValue(Referee.Data(1, 2, 3))),
            ]);
        var attributes = Again(graph).Nodes[0].Attributes;
        Assert.Equal(Int(-5), attributes["i"]);
        Assert.Equal(Float(0.25f), attributes["f"]);
        Assert.Equal(Text("blåbær"), attributes["s"]);
        Assert.Equal([1, -2, long.MaxValue], ((AttributeValue.Ints)attributes["is"]).Values);
        Assert.Equal([1, -0f, float.NaN], ((AttributeValue.Floats)attributes["fs"]).Values);
        Assert.Empty(((AttributeValue.Ints)attributes["none"]).Values);
        Assert.Equal(Referee.Data(1, 2, 3).Floats, ((AttributeValue.TensorValue)attributes["t"]).Value.Floats);
    }

    [Fact]
    public void What_nobody_here_understands_is_kept()
    {
        var model = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(Model("Relu", [1, 3])));
        var unknown = new AttributeProto { Name = "body", Type = AttributeType.Graph };
        unknown.MergeFrom(Field(6, "a subgraph"u8));
        var bytes = new AttributeProto { Name = "blob", Type = AttributeType.String, S = ByteString.CopyFrom(0xFF, 0xFE, 0x00) };
        model.Graph.Node[0].Attribute.Add([bytes, unknown]);
        model.Graph.Node[0].MergeFrom(Field(6, "what the node does"u8));
        model.Graph.MergeFrom(Field(14, "quantisation"u8));
        model.MergeFrom(Field(25, "a function"u8));

        var graph = OnnxFile.FromBytes(model.ToByteArray(), "m");
        Assert.IsType<AttributeValue.Opaque>(graph.Nodes[0].Attributes["body"]);
        Assert.Equal(model, ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(graph)));
    }

    [Fact]
    public void Typed_data_is_read_as_raw_data_is()
    {
        var halves = new[] { (Half)1.5, (Half)(-2) };
        ReadOnlySpan<(TensorProto Typed, byte[] Raw)> cases =
        [
            (new TensorProto { DataType = 1, Dims = { 2 }, FloatData = { 1.5f, -2 } }, Bytes<float>(1.5f, -2)),
            (new TensorProto { DataType = 7, Dims = { 2 }, Int64Data = { 3, -4 } }, Bytes<long>(3, -4)),
            (new TensorProto { DataType = 6, Dims = { 2 }, Int32Data = { 3, -4 } }, Bytes(3, -4)),
            (new TensorProto { DataType = 3, Dims = { 2 }, Int32Data = { 3, -4 } }, Bytes<sbyte>(3, -4)),
            (new TensorProto { DataType = 9, Dims = { 2 }, Int32Data = { 1, 0 } }, Bytes<byte>(1, 0)),
            (new TensorProto { DataType = 10, Dims = { 2 }, Int32Data = { BitConverter.HalfToUInt16Bits(halves[0]), BitConverter.HalfToUInt16Bits(halves[1]) } }, Bytes(halves)),
            (new TensorProto { DataType = 11, Dims = { 2 }, DoubleData = { 1.5, -2 } }, Bytes(1.5, -2)),
            (new TensorProto { DataType = 12, Dims = { 2 }, Uint64Data = { 5, uint.MaxValue } }, Bytes(5u, uint.MaxValue)),
        ];
        foreach (var (typed, raw) in cases)
        {
            var model = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(Model("Relu", [1, 3])));
            typed.Name = "w";
            model.Graph.Initializer.Add(typed);
            var written = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(OnnxFile.FromBytes(model.ToByteArray(), "m")));
            Assert.Equal(raw, written.Graph.Initializer[0].RawData.ToByteArray());
            Assert.Equal(typed.DataType, written.Graph.Initializer[0].DataType);
        }
    }

    [Fact]
    public void Strings_are_kept()
    {
        var model = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(Model("Relu", [1, 3])));
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "labels",
            DataType = 8,
            Dims = { 2 },
            StringData = { ByteString.CopyFromUtf8("cat"), ByteString.CopyFromUtf8("dog") },
        });
        Assert.Equal(model, ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(OnnxFile.FromBytes(model.ToByteArray(), "m"))));
    }

    [Fact]
    public void Half_precision_weights_are_kept_and_can_be_cast()
    {
        Node cast = new() { Name = "cast", OpType = "Cast", Inputs = ["w"], Outputs = ["wide"] };
        Node add = new() { Name = "add", OpType = "Add", Inputs = ["x", "wide"], Outputs = ["y"] };
        var graph = Model([cast.With("to", Int(1)), add], [2, 3])
            .WithInitializer("w", Tensor.OfRaw(ElementType.Float16, Bytes((Half)1, (Half)2.5, (Half)(-3)), [3]));
        Referee.AssertAgrees(Again(graph), Referee.Data(1, 2, 3));
    }

    [Fact]
    public void In_old_files_weights_are_inputs_too()
    {
        var graph = Model("PRelu", [1, 3, 2, 2], [Referee.Data(1, 3, 1, 1)], opset: 8);
        graph = graph with { Metadata = graph.Metadata with { IrVersion = 3 } };
        var proto = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(graph));
        Assert.Equal(["x", "c0"], proto.Graph.Input.Select(i => i.Name));
        Assert.Equal("x", Again(graph).Input.Name);
        Referee.AssertAgrees(Again(graph), Referee.Data(2, 1, 3, 2, 2));
    }

    [Fact]
    public void The_oldest_attributes_have_no_type()
    {
        var model = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(Model("LeakyRelu", [1, 3], null, [("alpha", Float(0)), ("axes", Ints(1))])));
        foreach (var attribute in model.Graph.Node[0].Attribute) attribute.Type = AttributeType.Undefined;
        var node = OnnxFile.FromBytes(model.ToByteArray(), "m").Nodes[0];
        Assert.Equal(0, node.Float("alpha", 1));
        Assert.Equal([1], node.IntsOrNull("axes")!.Value);
    }

    [Fact]
    public void The_same_graph_gives_the_same_bytes_in_whatever_order_it_was_made() => Gen.Shuffle(new[] { "a", "b", "c", "d" }).Sample(
        names => Assert.Equal(OnnxFile.ToBytes(With(["a", "b", "c", "d"])), OnnxFile.ToBytes(With(names))), iter: 10);

    [Fact]
    public void A_file_on_disk_reads_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var graph = Model("PRelu", [1, 3], [Referee.Data(1, 3)]);
        OnnxFile.Write(folder.File("m.onnx"), graph);
        Assert.Equal(OnnxFile.ToBytes(graph), OnnxFile.ToBytes(OnnxFile.Read(folder.File("m.onnx"))));
        Assert.Equal(
            ReferenceEvaluator.Run(graph, Referee.Data(2, 1, 3)).Floats,
            ReferenceEvaluator.Run(OnnxFile.Read(folder.File("m.onnx")), Referee.Data(2, 1, 3)).Floats);
    }

    private static ModelGraph With(string[] names)
    {
        var graph = Model("Relu", [1, 3]);
        foreach (var name in names)
        {
            graph = graph.WithInitializer(name, Referee.Data(name[0], 3)) with
            {
                Nodes = [graph.Nodes[0].With(name, Text(name))],
                Metadata = graph.Metadata with { Properties = graph.Metadata.Properties.Add(name, name) },
            };
        }

        return graph;
    }

    private static ModelGraph Again(ModelGraph graph) => OnnxFile.FromBytes(OnnxFile.ToBytes(graph), "again");

    /// <summary>A serialised length-delimited field, for numbers that our .proto does not list.</summary>
    private static byte[] Field(int number, ReadOnlySpan<byte> content)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }

        return memory.ToArray();
    }

    private static byte[] Bytes<T>(params T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
