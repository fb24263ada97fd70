using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Training.Data;
using CPrune.Training.Modules;
using CPrune.Training.Native;
using CPrune.Training.Recipes;
using TorchSharp;

namespace CPrune.Training.Tests.Recipes;

public class NativeTeacherTests
{
    private const double Tolerance = 1e-3;

    [Theory]
    [InlineData("")]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    public void A_compiled_teacher_scores_as_torch_does(string end)
    {
        TorchRuntime.Ensure();
        using var folder = new TempFolder();
        var (images, teacher) = (SmallData.Images(9), Compiled(folder, Small(seed: 2, end: end)));
        using var scope = torch.NewDisposeScope();
        using var asked = TeacherScores.Open(teacher, images, SmallData.Recipe(9));
        Assert.IsType<NativeTeacher>(asked);
        using var reference = new TorchTeacher(new GraphModule(teacher.Graph), TrainingPrecision.Float32);
        var batch = new BatchWriter(images, SmallData.Normalization).Plain([.. Enumerable.Range(0, images.Count)]);
        var (expected, actual) = (Values(reference), Values(asked));
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, Tolerance));

        // Up to a constant an image, which no softmax sees.
        float[] Values(ITeacherScores scores) => torch.nn.functional.log_softmax(scores.Of(batch, batch.Images(images), null), 1).data<float>().ToArray();
    }

    [Fact]
    public void A_library_for_images_of_another_size_is_left_alone()
    {
        TorchRuntime.Ensure();
        using var folder = new TempFolder();
        using var asked = TeacherScores.Open(Compiled(folder, Small(seed: 2, size: 16)), SmallData.Images(4), SmallData.Recipe(4));
        Assert.IsType<TorchTeacher>(asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_teacher_is_the_model_that_was_given(bool compiled)
    {
        using var folder = new TempFolder();
        var (images, student) = (SmallData.Images(32), Small(seed: 1));
        // A student that is taught by itself has nothing to learn.
        Assert.InRange(FirstLoss(student), -1e-4, 1e-4);
        Assert.InRange(FirstLoss(Small(seed: 2)), 0.01, double.MaxValue);

        double FirstLoss(ModelGraph teacher)
        {
            var progress = new ProgressList();
            var recipe = SmallData.Recipe(32) with { Distillation = 1 };
            SmallData.Train(student, images, recipe, compiled ? Compiled(folder, teacher) : new Teacher(teacher), progress);
            return progress.Reports[0].Loss;
        }
    }

    [Fact]
    public void Students_of_a_compiled_teacher_learn_as_those_of_torchs()
    {
        using var folder = new TempFolder();
        var (images, teacher) = (SmallData.Images(64), Compiled(folder, Small(seed: 2)));
        var recipe = SmallData.Recipe(64 * 5) with { Distillation = 0.7 };
        var (ours, torchs) = (Loss(teacher), Loss(new Teacher(teacher.Graph)));
        Assert.Equal(torchs, ours, 0.02);

        double Loss(Teacher of)
        {
            var progress = new ProgressList();
            SmallData.Train(SmallData.Network(), images, recipe, of, progress);
            return progress.Reports[^1].Loss;
        }
    }

    [Fact]
    public void A_library_that_is_not_there_is_named() => Assert.Contains(
        "nowhere.so",
        Assert.ThrowsAny<IOException>(() => SmallData.Train(
            Small(seed: 1), SmallData.Images(32), SmallData.Recipe(32) with { Distillation = 1 }, new Teacher(Small(seed: 2)) { Library = "nowhere.so" })).Message,
        StringComparison.Ordinal);

    /// <summary>Without batch norm, so that it computes the same in training.</summary>
    private static ModelGraph Small(int seed, int size = 32, string end = "")
    {
        var graph = new GraphBuilder("small", seed);
        var x = graph.Input(3, size, size);
        foreach (var filters in (int[])[6, 8]) x = graph.Relu(graph.Conv(x, filters, Window.Same(3, 2), bias: true));
        var scores = graph.Dense(graph.Flatten(x), 12);
        return graph.Build(end.Length > 0 ? graph.Unary(end, scores) : scores);
    }

    private static Teacher Compiled(TempFolder folder, ModelGraph graph)
    {
        var library = Path.Combine(folder.Root, $"teacher{Directory.GetFiles(folder.Root).Length}.so");
        new ModelCompiler(TargetCatalog.Find("host", 1)).Compile(ModelPlan.Of(graph), new Dictionary<string, Schedule>(), library, null);
        return new Teacher(graph) { Library = library };
    }
}
