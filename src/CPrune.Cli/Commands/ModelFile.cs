using System.CommandLine;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using CPrune.Graph.Rewrites;

namespace CPrune.Cli.Commands;

/// <summary>The ONNX file a command works on.</summary>
/// <param name="Name">Without folder and extension.</param>
/// <param name="Bytes">The whole model, with weights that are stored beside it.</param>
/// <param name="Graph">With every node named: layers are traced by name, and ONNX lets names be empty or repeated.</param>
internal sealed record ModelFile(string Path, string Name, byte[] Bytes, ModelGraph Graph)
{
    public static Argument<string> Argument() => new("MODEL") { Description = "ONNX file of an image classifier." };

    /// <summary>Reads the file and infers its shapes once, so that what is unknown in it is named before anything is begun.</summary>
    /// <exception cref="UserErrorException">Kind Model: from <see cref="OnnxFile.Read"/> and <see cref="ShapeInference.Infer"/>.</exception>
    public static ModelFile Read(string path)
    {
        var (read, bytes) = OnnxFile.ReadWhole(path);
        var graph = NameNodes.Apply(read);
        _ = ShapeInference.Infer(graph);
        return new ModelFile(path, System.IO.Path.GetFileNameWithoutExtension(path), bytes, graph);
    }
}
