using CPrune.Graph.Onnx.Proto;
using Google.Protobuf;

namespace CPrune.Graph.Onnx;

/// <summary>ONNX files as <see cref="ModelGraph"/> values.</summary>
public static class OnnxFile
{
    /// <summary>Reads a model of one file.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: no such file, not ONNX, truncated, external data, a training graph.</exception>
    public static ModelGraph Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException(UserErrorKind.Model, $"there is no file '{path}'; give the path of an ONNX model", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(UserErrorKind.Model, $"cannot read '{path}': {e.Message.TrimEnd('.')}; give a readable ONNX file", e);
        }

        return FromBytes(bytes, path);
    }

    /// <summary>Reads a serialised model; <paramref name="source"/> is how messages name it.</summary>
    /// <exception cref="UserErrorException">As <see cref="Read"/>.</exception>
    public static ModelGraph FromBytes(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length == 0)
            throw new UserErrorException(UserErrorKind.Model, $"'{source}' is empty; give an ONNX model");
        try
        {
            return new ModelReader(source).Read(ModelProto.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new UserErrorException(UserErrorKind.Model, Unreadable(bytes, source), e);
        }
    }

    /// <summary>Writes the model whole or not at all (beside, flush, rename).</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Output"/>: the file cannot be written.</exception>
    public static void Write(string path, ModelGraph graph) => AtomicFile.Write(path, ToBytes(graph));

    /// <summary>The serialised model; the same graph gives the same bytes.</summary>
    public static byte[] ToBytes(ModelGraph graph) => ModelWriter.ToProto(graph).ToByteArray();

    // Serialisers write fields in order, so a model begins with field 1, its small IR version; text and images do not.
    private static string Unreadable(ReadOnlySpan<byte> bytes, string source) =>
        bytes is [0x08, > 0 and < 0x40, ..]
            ? $"'{source}' is truncated or damaged; copy or export the ONNX model again"
            : $"'{source}' is not an ONNX model; export the network to ONNX first";
}
