using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>
/// The referee: another runtime that executes the ONNX file itself, so that neither our compiler nor our evaluator judges its own work.
/// The command line implements it with ONNX Runtime.
/// </summary>
public interface IReferenceRuntime
{
    /// <summary>Name and version, for reports.</summary>
    string Name { get; }

    /// <summary>Median seconds of one image after a warm-up.</summary>
    /// <param name="model">The serialised ONNX model.</param>
    /// <param name="threads">Threads it may use; at least 1.</param>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Model: the runtime refuses the model.</exception>
    double LatencySeconds(ReadOnlyMemory<byte> model, int threads, CancellationToken cancellation);

    /// <summary>Classifies every image, in order.</summary>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Model: the runtime refuses the model. Kind Data: the images do not fit it.</exception>
    Accuracy Evaluate(ReadOnlyMemory<byte> model, ImageSet images, Normalization normalization, CancellationToken cancellation);

    /// <summary>Runs a compiled library and the file it was made from on some images.</summary>
    /// <returns>Null if they agree, otherwise by how much they do not, as a phrase.</returns>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Model: the runtime refuses the model.</exception>
    /// <exception cref="IOException">The library cannot be loaded.</exception>
    string? Disagreement(ReadOnlyMemory<byte> model, string library, ImageSet images, Normalization normalization, CancellationToken cancellation);
}
