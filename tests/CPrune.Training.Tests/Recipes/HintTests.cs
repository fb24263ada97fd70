using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Training.Modules;
using CPrune.Training.Native;
using CPrune.Training.Recipes;
using TorchSharp;

namespace CPrune.Training.Tests.Recipes;

/// <summary>What layers of the student read is to be what those of the teacher read.</summary>
public class HintTests
{
    /// <summary>Layers of the small network that read what another one made.</summary>
    private static readonly ImmutableArray<string> s_hints = HintsOf(SmallData.Network());

    [Fact]
    public void The_loss_is_the_mean_of_squared_errors_each_relative_to_the_teachers_square()
    {
        TorchRuntime.Ensure();
        using var scope = torch.NewDisposeScope();
        var (student, teacher) = (Inputs(("a", [1, 2, 3]), ("b", [5, 1])), Inputs(("a", [1, 4, 1]), ("b", [1, 3])));
        var loss = Losses.OfHints(["a", "b"], student, teacher);
        Assert.Equal(((8 / 18.0) + (20 / 10.0)) / 2, Scalars.Read(loss), 1e-5);
    }

    [Fact]
    public void A_teacher_whose_channels_are_all_dead_is_no_number_divided_by_zero()
    {
        TorchRuntime.Ensure();
        using var scope = torch.NewDisposeScope();
        Assert.Equal(0, Scalars.Read(Losses.OfHints(["a"], Inputs(("a", [0, 0])), Inputs(("a", [0, 0])))));
    }

    /// <summary>Of a student that is its own teacher nothing is left to learn, of another one much.</summary>
    [Theory]
    [InlineData(1, 0, 1e-4)]
    [InlineData(2, 1, double.MaxValue)]
    public void The_first_loss_says_how_far_the_student_is_from_its_teacher(int seed, double least, double most)
    {
        var progress = new ProgressList();
        // Batch norm computes with the batch's statistics in the student and with others in the teacher: a network without it is its own teacher.
        SmallData.Train(
            SmallData.Network(norm: false), SmallData.Images(32), SmallData.Recipe(32) with { Distillation = 1, HintWeight = 100 },
            new Teacher(SmallData.Network(seed: seed, norm: false)) { Hints = HintsOf(SmallData.Network(norm: false)) }, progress);
        Assert.InRange(progress.Reports[0].Loss, least, most);
    }

    [Fact]
    public void A_student_with_hints_comes_to_read_what_its_teacher_reads()
    {
        var images = SmallData.Images(64);
        var teacher = SmallData.Train(SmallData.Network(seed: 2), images, SmallData.Recipe(64 * 20));
        var recipe = SmallData.Recipe(64 * 30) with { Distillation = 1 };
        var (with, without) = (ErrorOf(recipe with { HintWeight = 10 }), ErrorOf(recipe));
        Assert.True(with < without / 2, $"{with} with hints, {without} without");

        double ErrorOf(TrainingRecipe way)
        {
            var student = SmallData.Train(SmallData.Network(), images, way, new Teacher(teacher) { Hints = s_hints });
            using var scope = torch.NewDisposeScope();
            return Scalars.Read(Losses.OfHints(s_hints, Read(student), Read(teacher)));
        }

        LayerInputs Read(ModelGraph graph)
        {
            using var module = new GraphModule(graph);
            var inputs = new LayerInputs(s_hints.ToHashSet());
            using var noGradients = torch.no_grad();
            var batch = new BatchWriter(images, SmallData.Normalization).Plain([.. Enumerable.Range(0, images.Count)]);
            module.Scores(batch.Images(images), ForwardPass.Inference, inputs);
            return inputs;
        }
    }

    [Fact]
    public void Hints_count_only_with_a_weight()
    {
        var (images, teacher) = (SmallData.Images(64), SmallData.Network(seed: 2));
        var recipe = SmallData.Recipe(64) with { Distillation = 0.5 };
        var without = OnnxFile.ToBytes(SmallData.Train(SmallData.Network(), images, recipe, new Teacher(teacher)));
        Assert.Equal(without, OnnxFile.ToBytes(SmallData.Train(SmallData.Network(), images, recipe, new Teacher(teacher) { Hints = s_hints })));
        Assert.NotEqual(without, OnnxFile.ToBytes(
            SmallData.Train(SmallData.Network(), images, recipe with { HintWeight = 1 }, new Teacher(teacher) { Hints = s_hints })));
    }

    private static ImmutableArray<string> HintsOf(ModelGraph graph) =>
        [.. graph.Nodes.Where(n => n.OpType == "Conv").Skip(1).Select(n => n.Name)];

    /// <summary>Layers that read one image of one pixel, with these channels.</summary>
    private static LayerInputs Inputs(params (string Layer, float[] Channels)[] read)
    {
        var inputs = new LayerInputs(read.Select(r => r.Layer).ToHashSet());
        foreach (var (layer, channels) in read)
        {
            var node = new Node { Name = layer, OpType = "Conv", Inputs = [layer], Outputs = ["y"] };
            inputs.Note(node, new Dictionary<string, torch.Tensor> { [layer] = torch.tensor(channels, [1, channels.Length, 1, 1]) });
        }

        return inputs;
    }
}
