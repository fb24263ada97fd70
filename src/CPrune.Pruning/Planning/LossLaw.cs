using System.Collections.Immutable;

namespace CPrune.Pruning.Planning;

/// <summary>
/// Foresees what a model of a planned search loses: <c>A · (speed − 1) · images^−recovery</c>. That is nothing for the original, grows
/// with the speed, and falls with training. A is the network's: the median of what its models have shown.
/// </summary>
/// <param name="level">A. At 0, nothing is lost by any cut.</param>
/// <param name="recovery">Power of the images by which a loss falls.</param>
public sealed class LossLaw(double level, double recovery)
{
    /// <summary>By how much plans of one network differ, as a share of the allowed loss.</summary>
    private const double PlanSpread = 0.5;

    /// <summary>The law that the models of a search have shown so far, each as it was trained last.</summary>
    public static LossLaw Of(ImmutableArray<StageResult> models, double recovery)
    {
        var shown = models.Where(m => m.Images > 0 && m.Depth > 0)
            .Select(m => Math.Max(0, m.Loss) / Unit(m.Depth, m.Images, recovery)).Order().ToList();
        return new LossLaw(shown.Count == 0 ? 0 : shown[(shown.Count - 1) / 2], recovery);
    }

    /// <summary>
    /// The law for a model and what is cut from it. A plan may be better or worse than those of the same network usually are. So the
    /// model's own loss counts, the more the surer it is known.
    /// </summary>
    /// <param name="allowed">Top-1 that may be lost, a share.</param>
    public LossLaw For(StageResult model, double allowed)
    {
        if (model.Images == 0 || model.Depth <= 0) return this;
        var (usual, spread) = (Loss(model.Depth, model.Images), PlanSpread * allowed);
        var own = model.Error > 0 ? spread * spread / ((spread * spread) + (model.Error * model.Error)) : 1;
        var loss = usual + (own * (model.Loss - usual));
        return new LossLaw(Math.Max(0, loss) / Unit(model.Depth, model.Images, recovery), recovery);
    }

    /// <summary>Top-1 that is foreseen to be lost, a share.</summary>
    /// <param name="depth">Logarithm of the model's speed over the original's.</param>
    /// <param name="images">That it is trained with, and the models that it is cut from.</param>
    public double Loss(double depth, long images) => level * Unit(depth, images, recovery);

    /// <summary>The depth at which so much is lost.</summary>
    public double Depth(double loss, long images) => level == 0
        ? double.PositiveInfinity
        : Math.Log(1 + (loss / (level * Math.Pow(Math.Max(1, images), -recovery))));

    private static double Unit(double depth, long images, double recovery) =>
        (Math.Exp(depth) - 1) * Math.Pow(Math.Max(1, images), -recovery);
}
