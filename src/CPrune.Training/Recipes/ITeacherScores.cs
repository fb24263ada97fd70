using CPrune.Training.Data;
using CPrune.Training.Modules;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Recipes;

/// <summary>Asks a teacher.</summary>
internal interface ITeacherScores : IDisposable
{
    /// <summary>Scores without gradients, N × classes in 32 bits, up to a constant an image.</summary>
    /// <param name="input">The batch's images as a tensor.</param>
    /// <param name="inputs">Keeps what the teacher's layers read; null to keep nothing.</param>
    TorchTensor Of(Batch batch, TorchTensor input, LayerInputs? inputs);
}

/// <summary>Who asks which teacher.</summary>
internal static class TeacherScores
{
    /// <summary>The compiled teacher if there is one that takes such images and no hints are wanted, torch otherwise.</summary>
    /// <exception cref="IOException">The teacher's library is not there, or not one that CPrune wrote.</exception>
    public static ITeacherScores Open(Teacher teacher, ImageSet images, TrainingRecipe recipe) =>
        (recipe.HintWeight > 0 && !teacher.Hints.IsEmpty ? null : NativeTeacher.OpenOrNull(teacher, images))
        ?? (ITeacherScores)new TorchTeacher(new GraphModule(teacher.Graph), recipe.Precision);
}

/// <summary>Torch computes the teacher, in the precision of the training.</summary>
internal sealed class TorchTeacher(GraphModule module, TrainingPrecision precision) : ITeacherScores
{
    public TorchTensor Of(Batch batch, TorchTensor input, LayerInputs? inputs)
    {
        using var noGradients = torch.no_grad();
        return module.Scores(input, ForwardPass.Inference with { Precision = precision }, inputs);
    }

    public void Dispose() => module.Dispose();
}
