using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using CPrune.Graph.Rewrites;

namespace CPrune.Cli.Commands;

/// <summary>The ONNX file a command works on.</summary>
/// <param name="Name">Without folder and extension.</param>
/// <param name="Bytes">The whole model, with weights that are stored beside it.</param>
/// <param name="Graph">With every node named: layers are traced by name, and ONNX lets names be empty or repeated.</param>
/// <param name="Notes">What was changed when it was read; sentences without their end.</param>
internal sealed record ModelFile(string Path, string Name, byte[] Bytes, ModelGraph Graph, ImmutableArray<string> Notes)
{
    /// <summary>Reads the file and infers its shapes once, so that what is unknown in it is named before anything is begun.</summary>
    /// <param name="inputShape">Of the input, if the file leaves extents open.</param>
    /// <param name="opensBatch">A model of batches becomes one of single images.</param>
    /// <exception cref="UserErrorException">
    /// Kind Model: from <see cref="OnnxFile.Read"/> and <see cref="ShapeInference.Infer"/>, or a model of batches.
    /// Kind Usage: an input shape that does not fit.
    /// </exception>
    public static ModelFile Read(string path, InputShape? inputShape = null, bool opensBatch = false)
    {
        var (read, bytes) = OnnxFile.ReadWhole(path);
        var notes = ImmutableArray.CreateBuilder<string>();
        var graph = SingleFloats.Apply(NameNodes.Apply(RemoveUnused.Apply(read)), out var converted);
        if (!converted.IsEmpty) notes.Add($"values stored as {string.Join(" and ", converted).ToLowerInvariant()} were converted, and what is written is float32");
        if (inputShape is not null)
        {
            if (inputShape.Name is { } name && name != graph.Input.Name)
                throw new UserErrorException(UserErrorKind.Usage, $"--input-shape names the input '{name}', but the model's is '{graph.Input.Name}'");
            graph = FixInput.WithShape(graph, inputShape.Extents);
        }

        if (graph.Input.Shape is [{ Value: > 1 and var batch }, ..])
        {
            graph = opensBatch
                ? FixInput.WithOpenBatch(graph)
                : throw new UserErrorException(
                    UserErrorKind.Model, $"the input '{graph.Input.Name}' is for batches of {batch} images; give --batch 1 to make the model one of single images");
            notes.Add($"the model was exported for batches of {batch} images, and is one of single images now");
        }

        _ = ShapeInference.Infer(graph);
        // ONNX Runtime would want images in the types and numbers of the file.
        if (!graph.Inputs.SequenceEqual(read.Inputs, SameInput.Instance)) bytes = OnnxFile.ToBytes(graph);
        return new ModelFile(path, System.IO.Path.GetFileNameWithoutExtension(path), bytes, graph, notes.ToImmutable());
    }

    private sealed class SameInput : IEqualityComparer<ValueInfo>
    {
        public static SameInput Instance { get; } = new();

        public bool Equals(ValueInfo? x, ValueInfo? y) => x!.Type == y!.Type && x.Shape.SequenceEqual(y.Shape);

        public int GetHashCode(ValueInfo value) => value.Name.GetHashCode(StringComparison.Ordinal);
    }
}
