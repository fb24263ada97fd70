using System.Collections.Immutable;

namespace CPrune.Pruning.Planning;

/// <summary>
/// Foresees what a model of a planned search loses: <c>A · (speed − 1) · images^−recovery</c>. That is nothing for the original, grows
/// with the speed, and falls with training. A is the network's: what the stages lost, all together, over what they would have lost with
/// an A of 1.
/// </summary>
/// <param name="level">A. At 0, nothing is lost by any cut.</param>
/// <param name="recovery">Power of the images by which a loss falls.</param>
public sealed class LossLaw(double level, double recovery)
{
    /// <summary>By how much recoveries differ from network to network: 0.3 was seen of ResNet-56, 1 of the quick start's model.</summary>
    private const double RecoverySpread = 0.25;

    /// <summary>The law that stages have shown so far.</summary>
    /// <param name="recovery">While no model was trained on.</param>
    public static LossLaw Of(ImmutableArray<StageResult> stages, double recovery)
    {
        var (trained, power) = (stages.Where(s => s.Images > 0 && s.Depth > 0).ToList(), Recovery(stages, recovery));
        // What was trained for longer tells more of the end: each counts by its images.
        var (lost, expected) = (trained.Sum(s => s.Images * s.Loss), trained.Sum(s => s.Images * Unit(s.Depth, s.Images, power)));
        return new LossLaw(expected > 0 ? Math.Max(0, lost / expected) : 0, power);
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
