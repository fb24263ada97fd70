using CPrune.Training.Modules;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Recipes;

/// <summary>What training minimises.</summary>
internal static class Losses
{
    /// <summary>
    /// Cross entropy with the labels, and with weight <paramref name="distillation"/> the divergence from the teacher's softened answers,
    /// times the temperature squared (Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015).
    /// </summary>
    /// <param name="teacherScores">Null without distillation.</param>
    public static TorchTensor Of(TorchTensor scores, TorchTensor labels, TorchTensor? teacherScores, double distillation, double temperature)
    {
        var hard = functional.cross_entropy(scores, labels);
        if (teacherScores is null || distillation == 0) return hard;
        var cooling = Scalars.Of(1 / temperature);
        var soft = functional.kl_div(
            functional.log_softmax(scores * cooling, 1), functional.log_softmax(teacherScores * cooling, 1), log_target: true, reduction: Reduction.Sum);
        return (hard * Scalars.Of(1 - distillation)).Plus(soft * Scalars.Of(distillation * temperature * temperature / scores.shape[0]));
    }
}
