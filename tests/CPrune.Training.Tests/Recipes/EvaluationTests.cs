using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Training.Data;

namespace CPrune.Training.Tests.Recipes;

public class EvaluationTests
{
    /// <summary>More images than a batch has. Torch sees the model with batch norm folded, the reference evaluator as it is.</summary>
    [Fact]
    public void Answers_and_loss_are_the_reference_evaluators()
    {
        var images = SmallData.Images(270);
        var graph = SmallData.Train(SmallData.Network(), images, SmallData.Recipe(64 * 5));
        var scores = Enumerable.Range(0, images.Count).Select(i => Scores(graph, images, i)).ToList();
        var accuracy = SmallData.Evaluate(graph, images);
        Assert.Equal(scores.Select((s, i) => s.IndexOf(s.Max()) == images.Labels[i]), accuracy.Correct);
        Assert.Equal((accuracy.Correct.Count(c => c), 270), (accuracy.Hits, accuracy.Total));
        Assert.Equal(scores.Select((s, i) => Math.Log(s.Sum(Math.Exp)) - s[images.Labels[i]]).Average(), accuracy.MeanLoss, 1e-4);
    }

    private static List<double> Scores(ModelGraph graph, ImageSet images, int index)
    {
        var input = new float[images.PixelsPerImage];
        SmallData.Normalization.ForChannels(images.Channels).Apply(images.Image(index), images.Channels, input);
        var tensor = Tensor.Of(input, 1, images.Channels, images.Height, images.Width);
        return [.. ReferenceEvaluator.RunAll(graph, tensor)[graph.Output.Name].Floats.ToArray().Select(f => (double)f)];
    }
}
