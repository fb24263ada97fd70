using System.Text;
using CPrune.Graph.Onnx;
using CPrune.Graph.Onnx.Proto;
using Google.Protobuf;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Onnx;

/// <summary>What a person reads when the file is not a model that can be used.</summary>
public sealed class OnnxFileErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_such_file()
    {
        var path = _folder.File("absent.onnx");
        Assert.Equal($"there is no file '{path}'; give the path of an ONNX model", ErrorOf(() => OnnxFile.Read(path)));
        path = Path.Combine(_folder.File("absent"), "m.onnx");
        Assert.Equal($"there is no file '{path}'; give the path of an ONNX model", ErrorOf(() => OnnxFile.Read(path)));
    }

    [Fact]
    public void A_folder_instead_of_a_file() => Assert.Matches(
        $"^cannot read '{_folder.Path}': .*; give a readable ONNX file$", ErrorOf(() => OnnxFile.Read(_folder.Path)));

    [Fact]
    public void A_file_is_named_by_its_path()
    {
        File.WriteAllBytes(_folder.File("m.onnx"), []);
        Assert.Equal($"'{_folder.File("m.onnx")}' is empty; give an ONNX model", ErrorOf(() => OnnxFile.Read(_folder.File("m.onnx"))));
    }

    public static TheoryData<string, byte[]> NotOnnx => new()
    {
        { "text", Encoding.UTF8.GetBytes("Hello, this is not a model.\n") },
        { "a web page", Encoding.UTF8.GetBytes("<!DOCTYPE html><html><body>404</body></html>") },
        { "PNG", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 2] },
        { "zip", [0x50, 0x4B, 3, 4, 0x14, 0, 0, 0, 8, 0, 0x71, 0x71] },
        { "unknown fields only", [0xF8, 0x07, 0x01] },
        { "zeros", new byte[64] },
    };

    [Theory, MemberData(nameof(NotOnnx))]
    public void Not_an_ONNX_file(string kind, byte[] bytes) => Assert.Equal(
        $"'{kind}' is not an ONNX model; export the network to ONNX first", ErrorOf(() => OnnxFile.FromBytes(bytes, kind)));

    [Fact]
    public void Wherever_a_model_is_cut_off_it_is_called_truncated()
    {
        var bytes = OnnxFile.ToBytes(Model("PRelu", [1, 3, 4, 4], [Referee.Data(1, 3, 1, 1)]) with { Metadata = new ModelMetadata { DocString = "doc" } });
        for (var length = 2; length < bytes.Length; length++)
        {
            var message = ErrorOf(() => OnnxFile.FromBytes(bytes.AsSpan(0, length), "m.onnx"));
            Assert.Matches("^'m.onnx' .*truncated", message);
        }
    }

    [Fact]
    public void Weights_shorter_than_their_shape() => Assert.Equal(
        "'m.onnx': initializer 'w' holds 8 bytes where its shape needs 12; the file is truncated or damaged",
        Refusal(m => m.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 3 }, FloatData = { 1, 2 } })));

    [Fact]
    public void A_shape_that_cannot_be() => Assert.Equal(
        "'m.onnx': initializer 'w' has the impossible shape [3,-1]; the file is damaged",
        Refusal(m => m.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 3, -1 } })));

    [Fact]
    public void An_element_type_that_is_unknown() => Assert.Equal(
        "'m.onnx': initializer 'w' has the unknown element type 99; export the model with float32",
        Refusal(m => m.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 99, Dims = { 1 } })));

    [Fact]
    public void External_data() => Assert.Equal(
        "'m.onnx': initializer 'w' is stored outside the model; give the model as a file, with its data beside it",
        Refusal(m => m.Graph.Initializer.Add(
            new TensorProto { Name = "w", DataType = 1, Dims = { 3 }, DataLocation = TensorProto.Types.DataLocation.External })));

    [Fact]
    public void A_graph_without_nodes() => Assert.Equal(
        "'m.onnx' holds a graph without nodes; there is nothing to run", Refusal(m => m.Graph.Node.Clear()));

    [Fact]
    public void A_training_model() => Assert.Equal(
        "'m.onnx' is a training model; export it for inference", Refusal(m => m.TrainingInfo.Add(new TrainingInfoProto())));

    [Fact]
    public void Sparse_initializers() => Assert.Equal(
        "'m.onnx' holds sparse initializers; export it with dense ones", Refusal(m => m.Graph.SparseInitializer.Add(new SparseTensorProto())));

    [Fact]
    public void An_operator_set_from_before_today_s_broadcasting() => Assert.Equal(
        "'m.onnx' uses operator set 6; convert it to 7 or later", Refusal(m => m.OpsetImport[0].Version = 6));

    [Fact]
    public void An_input_that_is_no_tensor() => Assert.Equal(
        "'m.onnx' has the input or output 'x', which is not a tensor; export a model with tensors only",
        Refusal(m => m.Graph.Input[0].Type = new TypeProto()));

    [Fact]
    public void An_output_that_nothing_makes() => Assert.Equal(
        "'m.onnx' has the output 'z', which no node makes; it is damaged, export it again", Refusal(m => m.Graph.Output[0].Name = "z"));

    [Fact]
    public void A_node_without_outputs() => Assert.Equal(
        "'m.onnx' has the node Relu 'idle' without outputs; it is damaged, export it again",
        Refusal(m => m.Graph.Node.Add(new NodeProto { OpType = "Relu", Name = "idle", Input = { "x" } })));

    private static string Refusal(Action<ModelProto> damage)
    {
        var model = ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(Model("Relu", [1, 3])));
        damage(model);
        return ErrorOf(() => OnnxFile.FromBytes(model.ToByteArray(), "m.onnx"));
    }

    private static string ErrorOf(Action action)
    {
        var error = Assert.Throws<UserErrorException>(action);
        Assert.Equal(UserErrorKind.Model, error.Kind);
        return error.Message;
    }
}
