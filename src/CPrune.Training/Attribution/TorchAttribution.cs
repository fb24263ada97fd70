using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Training.Data;
using CPrune.Training.Modules;
using CPrune.Training.Modules.Operators;
using CPrune.Training.Native;
using CPrune.Training.Recipes;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Attribution;

/// <summary>Attribution by one backward pass a batch.</summary>
/// <param name="time">Tells when to look what other processes use.</param>
public sealed class TorchAttribution(TimeProvider time) : IAttribution
{
    /// <summary>Small, because what a mean over many images hides is a gradient of its own for each of them.</summary>
    private const int BatchSize = 32;

    public TorchAttribution() : this(TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The model has a node that training does not know, or does not fit the images.</exception>
    public IEnumerable<WeightContributions> ToLoss(ModelGraph graph, ImageSample sample, CancellationToken cancellation) =>
        Run(graph, sample, ForwardPass.Inference, (scores, labels) => Losses.Of(scores, labels, null, 0, 1), cancellation);

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">As <see cref="ToLoss"/>.</exception>
    public IEnumerable<WeightContributions> ToAnswers(ModelGraph graph, ImageSample sample, CancellationToken cancellation) =>
        Run(graph, sample, ForwardPass.Relevance, RelevanceRules.OfClasses, cancellation);

    private IEnumerable<WeightContributions> Run(
        ModelGraph graph, ImageSample sample, ForwardPass pass, Func<TorchTensor, TorchTensor, TorchTensor> objective, CancellationToken cancellation)
    {
        TorchRuntime.Ensure();
        DataChecks.ImagesFit(sample.Images, graph);
        using var module = new GraphModule(graph);
        using var cores = new FreeCores(time);
        var batches = (Math.Min(sample.Count, sample.Images.Count) + BatchSize - 1) / BatchSize;
        foreach (var batch in BatchStream.Sample(sample.Images, sample.Normalization, BatchSize, batches, sample.Seed, cancellation))
        {
            cores.Heed();
            yield return Backward(module, batch, sample.Images, pass, objective);
        }
    }

    private static WeightContributions Backward(
        GraphModule module, Batch batch, ImageSet images, ForwardPass pass, Func<TorchTensor, TorchTensor, TorchTensor> objective)
    {
        using var scope = torch.NewDisposeScope();
        var scores = module.Scores(batch.Images(images), pass);
        DataChecks.LabelsFit(images, (int)scores.shape[1]);
        objective(scores, batch.Classes()).backward();

        using var noGradients = torch.no_grad();
        var contributions = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, weight) in module.ParametersByName)
        {
            using var gradient = weight.grad; // Null where the answer does not depend on the weight.
            if (gradient is null) continue;
            contributions[name] = Tensor.Of((weight * gradient).contiguous().data<float>().ToArray(), weight.shape.Select(e => (int)e).ToImmutableArray());
            weight.grad = null;
        }

        return new WeightContributions(batch.Labels.Length, contributions);
    }
}
