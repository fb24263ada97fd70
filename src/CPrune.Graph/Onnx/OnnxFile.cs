using CPrune.Graph.Onnx.Proto;
using Google.Protobuf;

namespace CPrune.Graph.Onnx;

/// <summary>ONNX files as <see cref="ModelGraph"/> values.</summary>
public static class OnnxFile
{
    /// <summary>Larger models have their weights in a file beside them: protobuf ends at 2 GiB.</summary>
    private const long LargestInline = 1L << 30;

    /// <summary>Reads a model, with weights that are stored beside it in its own folder.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: no such file, not ONNX, truncated, a training graph.</exception>
    public static ModelGraph Read(string path) => ReadWhole(path).Graph;

    /// <summary>Reads a model as <see cref="Read"/> does, and also returns its bytes: the file's own, or, if it has weights beside it, with these inside.</summary>
    /// <exception cref="UserErrorException">As <see cref="Read"/>.</exception>
    public static (ModelGraph Graph, byte[] Bytes) ReadWhole(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var external = new ExternalData(Path.GetDirectoryName(Path.GetFullPath(path)));
            var graph = FromBytes(bytes, path, external);
            return (graph, external.WasRead ? ToBytes(graph) : bytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException(UserErrorKind.Model, $"there is no file '{path}'; give the path of an ONNX model", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(UserErrorKind.Model, $"cannot read '{path}': {e.Message.TrimEnd('.')}; give a readable ONNX file", e);
        }
    }

    /// <summary>Reads a serialised model; <paramref name="source"/> is how messages name it.</summary>
    /// <exception cref="UserErrorException">As <see cref="Read"/>; or weights are stored outside the bytes.</exception>
    public static ModelGraph FromBytes(ReadOnlySpan<byte> bytes, string source) => FromBytes(bytes, source, new ExternalData(null));

    private static ModelGraph FromBytes(ReadOnlySpan<byte> bytes, string source, ExternalData external)
    {
        if (bytes.Length == 0)
            throw new UserErrorException(UserErrorKind.Model, $"'{source}' is empty; give an ONNX model");
        try
        {
            return new ModelReader(source, external).Read(ModelProto.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new UserErrorException(UserErrorKind.Model, Unreadable(bytes, source), e);
        }
    }

    /// <summary>Writes the model whole or not at all (beside, flush, rename).</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Output"/>: the file cannot be written.</exception>
    /// <param name="largestInline">Bytes of weights above which they go to a file of their own, PATH.data.</param>
    public static void Write(string path, ModelGraph graph, long largestInline = LargestInline)
    {
        var model = ModelWriter.ToProto(graph);
        if (model.Graph.Initializer.Sum(i => (long)i.RawData.Length) > largestInline) ExternalData.MoveTo($"{path}.data", model.Graph.Initializer);
        AtomicFile.Write(path, model.ToByteArray());
    }

    /// <summary>The serialised model; the same graph gives the same bytes.</summary>
    public static byte[] ToBytes(ModelGraph graph) => ModelWriter.ToProto(graph).ToByteArray();

    // Serialisers write fields in order, so a model begins with field 1, its small IR version; text and images do not.
    private static string Unreadable(ReadOnlySpan<byte> bytes, string source) =>
        bytes is [0x08, > 0 and < 0x40, ..]
            ? $"'{source}' is truncated or damaged; copy or export the ONNX model again"
            : $"'{source}' is not an ONNX model; export the network to ONNX first";
}
