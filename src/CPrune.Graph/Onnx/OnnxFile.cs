namespace CPrune.Graph.Onnx;

/// <summary>ONNX files as <see cref="ModelGraph"/> values.</summary>
public static class OnnxFile
{
    /// <summary>Reads a model of one file.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: no such file, not ONNX, truncated, external data, a training graph.</exception>
    public static ModelGraph Read(string path) => throw new NotImplementedException();

    /// <summary>Writes the model whole or not at all (beside, flush, rename).</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Output"/>: the file cannot be written.</exception>
    public static void Write(string path, ModelGraph graph) => throw new NotImplementedException();

    /// <summary>The serialised model; the same graph gives the same bytes.</summary>
    public static byte[] ToBytes(ModelGraph graph) => throw new NotImplementedException();
}
