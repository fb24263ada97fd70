using CPrune.Training.Data;
using CPrune.Training.Modules;
using CPrune.Training.Recipes;
using TorchSharp;

namespace CPrune.Training.Evaluation;

/// <summary>Top-1 and mean loss of a module over a whole image set.</summary>
internal static class Classification
{
    private const int BatchSize = 250;

    public static Accuracy Run(GraphModule module, ImageSet images, Normalization normalization, TimeProvider time, CancellationToken cancellation)
    {
        using var noGradients = torch.no_grad();
        using var cores = new FreeCores(time);
        var (correct, loss) = (new List<bool>(images.Count), 0.0);
        foreach (var batch in BatchStream.InOrder(images, normalization, BatchSize, cancellation))
        {
            cores.Heed();
            using var scope = torch.NewDisposeScope();
            var scores = module.Scores(batch.Images(images), ForwardPass.Inference);
            if (correct.Count == 0) DataChecks.LabelsFit(images, (int)scores.shape[1]);
            loss += batch.Labels.Length * Scalars.Read(torch.nn.functional.cross_entropy(scores, batch.Classes()));
            correct.AddRange(scores.argmax(1).data<long>().ToArray().Zip(batch.Labels, (answer, label) => answer == label));
        }

        return new(correct.Count(c => c), images.Count, correct) { MeanLoss = loss / Math.Max(1, images.Count) };
    }
}
