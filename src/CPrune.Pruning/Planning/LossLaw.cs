using System.Collections.Immutable;

namespace CPrune.Pruning.Planning;

/// <summary>
/// Foresees what a model of a planned search loses: <c>A · (speed − 1) · images^−recovery</c>. That is nothing for the original, grows
/// with the speed, and falls with training. A is the network's: the median of what the stages have shown, each weighted by its images.
/// </summary>
/// <param name="level">A. At 0, nothing is lost by any cut.</param>
/// <param name="recovery">Power of the images by which a loss falls.</param>
public sealed class LossLaw(double level, double recovery)
{
    /// <summary>By how much recoveries differ from network to network: 0.3 was seen of ResNet-56, 1 of the quick start's model.</summary>
    private const double RecoverySpread = 0.25;

    /// <summary>
    /// By how much plans of one network differ, as a share of the loss: half more or less is usual. Of five quick starts, two had a plan
    /// that lost five times as much as the others.
    /// </summary>
    private const double PlanSpread = 0.5;

    /// <summary>The law that stages have shown so far.</summary>
    /// <param name="recovery">While no model was trained on.</param>
    public static LossLaw Of(ImmutableArray<StageResult> stages, double recovery)
    {
        var power = Recovery(stages, recovery);
        var shown = stages.Where(s => s.Images > 0 && s.Depth > 0)
            .Select(s => (Level: Math.Max(0, s.Loss) / Unit(s.Depth, s.Images, power), s.Images)).OrderBy(s => s.Level).ToList();
        return new LossLaw(Median(shown), power);
    }

    /// <summary>
    /// The law for a model and what is cut from it. A plan may be better or worse than those of the same network usually are. So the
    /// model's own loss counts, the more the surer it is known.
    /// </summary>
    public LossLaw For(StageResult model)
    {
        if (model.Images == 0 || model.Depth <= 0) return this;
        var usual = Loss(model.Depth, model.Images);
        // Nothing is known better than a loss can be read at all: that the others lost nothing does not say that this one cannot.
        var spread = Math.Max(PlanSpread * usual, model.Error);
        var own = spread > 0 ? spread * spread / ((spread * spread) + (model.Error * model.Error)) : 1;
        var loss = usual + (own * (model.Loss - usual));
        return new LossLaw(Math.Max(0, loss) / Unit(model.Depth, model.Images, recovery), recovery);
    }

    /// <summary>Top-1 that is foreseen to be lost, a share.</summary>
    /// <param name="depth">Logarithm of the original's cost over the model's.</param>
    /// <param name="images">That it is trained with, and the models that it is cut from.</param>
    public double Loss(double depth, long images) => level * Unit(depth, images, recovery);

    /// <summary>The depth at which so much is lost.</summary>
    public double Depth(double loss, long images) => level == 0
        ? double.PositiveInfinity
        : Math.Log(1 + (loss / (level * Math.Pow(Math.Max(1, images), -recovery))));

    private static double Unit(double depth, long images, double recovery) =>
        (Math.Exp(depth) - 1) * Math.Pow(Math.Max(1, images), -recovery);

    /// <summary>The level below which half of the images lie; 0 if there are none.</summary>
    private static double Median(List<(double Level, long Images)> shown)
    {
        var (half, below) = (shown.Sum(s => s.Images) / 2.0, 0.0);
        return shown.FirstOrDefault(s => (below += s.Images) >= half).Level;
    }

    /// <summary>
    /// The setting's recovery, and those that models have shown which were trained on, each weighted by how surely it is known. A loss
    /// that is less than its own error counts as that.
    /// </summary>
    private static double Recovery(ImmutableArray<StageResult> stages, double recovery)
    {
        var (sum, weight) = (recovery / (RecoverySpread * RecoverySpread), 1 / (RecoverySpread * RecoverySpread));
        for (var later = 1; later < stages.Length; later++)
        {
            var b = stages[later];
            if (stages.Take(later).LastOrDefault(s => s.Depth == b.Depth) is not { Images: > 0 } a || b.Images <= a.Images) continue;
            var (before, after) = (Math.Max(a.Loss, a.Error), Math.Max(b.Loss, b.Error));
            if (before <= 0 || after <= 0) continue;
            var growth = Math.Log((double)b.Images / a.Images);
            var variance = ((a.Error * a.Error / (before * before)) + (b.Error * b.Error / (after * after))) / (growth * growth);
            var certainty = 1 / Math.Max(variance, 1e-9);
            (sum, weight) = (sum + (certainty * Math.Log(before / after) / growth), weight + certainty);
        }

        return Math.Max(0, sum / weight);
    }
}
