using CPrune.Graph.Onnx;
using CPrune.Training.Native;
using CPrune.Training.Recipes;
using CPrune.Training.Tests.Modules;
using TorchSharp;

namespace CPrune.Training.Tests.Recipes;

public class DistillationTests
{
    [Fact]
    public void The_student_comes_closer_to_its_teacher_who_stays_as_it_was()
    {
        var images = SmallData.Images(64);
        var teacher = SmallData.Train(SmallData.Network(seed: 2), images, SmallData.Recipe(64 * 20));
        var bytes = OnnxFile.ToBytes(teacher);
        var progress = new ProgressList();
        SmallData.Train(SmallData.Network(), images, SmallData.Recipe(64 * 20) with { Distillation = 1 }, new Teacher(teacher), progress);
        Assert.True(progress.Reports[^1].Loss < progress.Reports[0].Loss / 3, $"{progress.Reports[0].Loss} → {progress.Reports[^1].Loss}");
        Assert.Equal(bytes, OnnxFile.ToBytes(teacher));
    }

    [Fact]
    public void The_teacher_counts_only_with_a_weight()
    {
        var (images, teacher) = (SmallData.Images(64), SmallData.Network(seed: 2));
        var alone = OnnxFile.ToBytes(SmallData.Train(SmallData.Network(), images, SmallData.Recipe(64)));
        Assert.Equal(alone, OnnxFile.ToBytes(SmallData.Train(SmallData.Network(), images, SmallData.Recipe(64), new Teacher(teacher))));
        Assert.NotEqual(alone, OnnxFile.ToBytes(SmallData.Train(SmallData.Network(), images, SmallData.Recipe(64) with { Distillation = 0.5 }, new Teacher(teacher))));
    }

    [Fact]
    public void The_loss_is_cross_entropy_plus_softened_divergence()
    {
        TorchRuntime.Ensure();
        double[] student = [1, 2, 0.5], teacher = [0.2, 3, -1];
        const double Weight = 0.3, Temperature = 2;
        var expected = ((1 - Weight) * -Math.Log(Softmax(student, 1)[1])) + (Weight * Temperature * Temperature
            * Softmax(teacher, Temperature).Zip(Softmax(student, Temperature)).Sum(p => p.First * Math.Log(p.First / p.Second)));
        using var scope = torch.NewDisposeScope();
        var loss = Losses.Of(Row(student), torch.tensor(new long[] { 1 }), Row(teacher), Weight, Temperature);
        Assert.Equal(expected, Training.Modules.Scalars.Read(loss), 1e-5);
    }

    private static torch.Tensor Row(double[] values) => torch.tensor(values.Select(v => (float)v).ToArray(), [1, values.Length]);

    private static double[] Softmax(double[] scores, double temperature)
    {
        var powers = scores.Select(s => Math.Exp(s / temperature)).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }
}
