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
    TorchTensor Of(Batch batch, TorchTensor input);
}

/// <summary>Who asks which teacher.</summary>
internal static class TeacherScores
{
    /// <summary>The compiled teacher where there is one that takes such images, torch otherwise.</summary>
    /// <exception cref="IOException">The teacher's library is not there, or not one that CPrune wrote.</exception>
    public static ITeacherScores Open(Teacher teacher, ImageSet images, TrainingPrecision precision) =>
        NativeTeacher.OpenOrNull(teacher, images) ?? (ITeacherScores)new TorchTeacher(new GraphModule(teacher.Graph), precision);
}

/// <summary>Torch computes the teacher, in the precision of the training.</summary>
internal sealed class TorchTeacher(GraphModule module, TrainingPrecision precision) : ITeacherScores
{
    public TorchTensor Of(Batch batch, TorchTensor input)
    {
        using var noGradients = torch.no_grad();
        return module.Scores(input, ForwardPass.Inference with { Precision = precision });
    }

    public void Dispose() => module.Dispose();
}
