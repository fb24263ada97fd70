using CPrune.Training.Modules;
using TorchSharp;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Recipes;

/// <summary>What training minimises.</summary>
internal static class Losses
{
    /// <summary>Added to a square, so that nothing is divided by zero if all of a layer's channels are dead.</summary>
    private const double Smallest = 1e-12;

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

    /// <summary>
    /// The mean over some layers of the squared error, relative to the square of what the teacher's layer reads: 0 if the student's layers
    /// read the same, 1 if they read nothing.
    /// </summary>
    public static TorchTensor OfHints(IReadOnlyCollection<string> layers, LayerInputs student, LayerInputs teacher)
    {
        var sum = torch.zeros(1);
        foreach (var layer in layers)
        {
            var (own, wanted) = (student.Of(layer).to(torch.ScalarType.Float32), teacher.Of(layer).to(torch.ScalarType.Float32));
            sum = sum.Plus(own.Plus(wanted.neg()).square().mean() / wanted.square().mean().Plus(Smallest));
        }

        return sum * Scalars.Of(1.0 / layers.Count);
    }
}
