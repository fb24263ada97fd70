using CPrune.Graph;
using CPrune.Pruning.Groups;
using CPrune.Training.Attribution;

namespace CPrune.Pruning.Saliency;

/// <summary>The images that some saliencies judge by, and who attributes what the model does on them to its weights.</summary>
public sealed record SaliencyImages(IAttribution Attribution, ImageSample Sample, CancellationToken Cancellation);

/// <summary>
/// What saliencies may look at: a model with its weights, its channel groups and, for those that need them, images. What is computed from images is computed
/// once for all groups, when it is first asked for: one context serves an accepted model for as long as it is the accepted one.
/// </summary>
public sealed class SaliencyContext
{
    private readonly Lazy<double[][]> _lossChanges;
    private readonly Lazy<double[][]> _relevances;

    /// <param name="analysis">Of this model's architecture.</param>
    /// <param name="images">Null where only weights are looked at.</param>
    public SaliencyContext(ModelGraph graph, ChannelAnalysis analysis, SaliencyImages? images = null)
    {
        (Graph, Analysis) = (graph, analysis);
        Constants = new ConstantTable(graph);
        _lossChanges = new(() => ReadContributions.Mean(
            analysis, Required(images).Attribution.ToLoss(graph, images!.Sample, images.Cancellation), (sum, _) => sum * sum));
        _relevances = new(() => ReadContributions.Mean(
            analysis, Required(images).Attribution.ToAnswers(graph, images!.Sample, images.Cancellation), (sum, count) => sum / count));
    }

    public ModelGraph Graph { get; }

    public ChannelAnalysis Analysis { get; }

    internal ConstantTable Constants { get; }

    /// <summary>By position, the square of the change of a batch's loss, to first order, when nobody reads the position any more; the mean over batches.</summary>
    internal IReadOnlyList<double> LossChangesOf(ChannelGroup group) => _lossChanges.Value[group.Id];

    /// <summary>By position, the relevance an image that those who read it give it.</summary>
    internal IReadOnlyList<double> RelevancesOf(ChannelGroup group) => _relevances.Value[group.Id];

    /// <exception cref="ArgumentException">The layer is of another model.</exception>
    internal Tensor WeightOf(LayerPositions layer) =>
        Constants.TensorOf(layer.Weight) ?? throw new ArgumentException($"the model has no parameter '{layer.Weight}'", nameof(layer));

    private static SaliencyImages Required(SaliencyImages? images) =>
        images ?? throw new InvalidOperationException("this saliency judges by images, and its context has none");
}
