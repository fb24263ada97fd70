using CPrune.Graph;
using CPrune.Training.Modules;
using CPrune.Training.Native;
using TorchSharp;

namespace CPrune.Training.Tests.Modules;

/// <summary>Graphs run by torch.</summary>
internal static class TorchRuns
{
    /// <summary>Scores for an N × C × H × W input.</summary>
    public static Tensor Scores(ModelGraph graph, Tensor input, ForwardPass? pass = null)
    {
        TorchRuntime.Ensure();
        using var scope = torch.NewDisposeScope();
        using var noGradients = torch.no_grad();
        using var module = new GraphModule(graph);
        var images = torch.tensor(input.Floats.ToArray(), [.. input.Shape.Select(e => (long)e)]);
        var scores = module.Scores(images, pass ?? ForwardPass.Inference);
        return Tensor.Of(scores.contiguous().data<float>().ToArray(), (int)scores.shape[0], (int)scores.shape[1]);
    }
}
