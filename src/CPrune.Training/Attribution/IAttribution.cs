using CPrune.Graph;
using CPrune.Training.Data;

namespace CPrune.Training.Attribution;

/// <summary>Images that something is estimated from: a seeded choice, as they are.</summary>
/// <param name="Count">How many at most; rounded up to whole batches.</param>
public sealed record ImageSample(ImageSet Images, Normalization Normalization, int Count, int Seed);

/// <summary>What each weight contributed over one batch.</summary>
/// <param name="Images">Images of the batch.</param>
/// <param name="ByWeight">A tensor of the weight's shape for every trained constant that takes part, by its name.</param>
public sealed record WeightContributions(int Images, IReadOnlyDictionary<string, Tensor> ByWeight);

/// <summary>
/// How far single weights account for what a model does on images, batch by batch. Weights and running statistics stay as they are. The same model, images and seed
/// give the same numbers on the same machine with the same number of threads.
/// </summary>
public interface IAttribution
{
    /// <summary>
    /// <c>w·∂L/∂w</c> with L the batch's mean cross entropy: to first order, by how much L falls when the weight is set to zero (Molchanov et al., "Importance
    /// Estimation for Neural Network Pruning", CVPR 2019).
    /// </summary>
    IEnumerable<WeightContributions> ToLoss(ModelGraph graph, ImageSample sample, CancellationToken cancellation);

    /// <summary>
    /// The relevance that flows back through each weight, not negative, when every image's right class starts with 1 (layer-wise relevance propagation, Bach et
    /// al., PLoS ONE 2015). Where all paths pass through one layer, its weights together get what arrives there: 1 an image.
    /// </summary>
    IEnumerable<WeightContributions> ToAnswers(ModelGraph graph, ImageSample sample, CancellationToken cancellation);
}
