using CPrune.Training.Data;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Recipes;

/// <summary>Batches as tensors.</summary>
internal static class BatchTensors
{
    /// <summary>N × C × H × W by its axes, N × H × W × C in memory ("channels last"): convolution, batch norm and ReLU then keep that layout, which saves the reorders.</summary>
    public static TorchTensor Images(this Batch batch, ImageSet set) =>
        torch.tensor(batch.Pixels, [batch.Labels.Length, set.Height, set.Width, set.Channels]).permute(0, 3, 1, 2);

    public static TorchTensor Classes(this Batch batch) => torch.tensor(batch.Labels);
}
