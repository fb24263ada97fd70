using CPrune.Training.Data;
using CPrune.Training.Modules;
using TorchSharp;

namespace CPrune.Training.Recipes;

/// <summary>
/// Batch norm's running statistics estimated anew: after a cut the old ones describe activations that are no longer there, and accuracy with new ones tells candidates
/// apart before any training (Li et al., "EagleEye", ECCV 2020). Weights do not change.
/// </summary>
internal static class Recalibration
{
    private const int BatchSize = 128;

    /// <param name="count">Images to use, rounded up to whole batches; all batches weigh the same.</param>
    public static void Run(GraphModule module, ImageSet images, Normalization normalization, int count, int seed, CancellationToken cancellation)
    {
        if (count == 0) return;
        using var noGradients = torch.no_grad();
        var number = 0;
        foreach (var batch in BatchStream.Sample(images, normalization, BatchSize, (count + BatchSize - 1) / BatchSize, seed, cancellation))
        {
            using var scope = torch.NewDisposeScope();
            module.Scores(batch.Images(images), ForwardPass.Recalibration(number++));
        }
    }
}
