using System.Collections.Immutable;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Tests.Planning;

/// <summary>
/// A world with a law of losses, and a search in it. A cut of depth d that was trained with n images loses <c>k · d^p · n^-q</c>. Of the
/// images of the models before it, a share counts. The search is told what it sees on a selection part, with noise. It never learns the law.
/// </summary>
/// <param name="Noise">Standard deviation of what is seen, a share.</param>
/// <param name="OfSpeed">Losses grow with a power of the speed less 1, not of its logarithm.</param>
/// <param name="Carried">Share of a model's images that counts for those which are cut from it.</param>
internal sealed record LossWorld(double K, double P, double Q, double Noise = 0, bool OfSpeed = false, double Carried = 1)
{
    public const long Budget = 1_000_000;

    /// <param name="depth">That one cut would lose the allowance at, trained with the whole budget.</param>
    public static LossWorld Through(
        double depth, double allowed, double p, double q, double noise = 0, bool ofSpeed = false, double carried = 1) =>
        new(allowed / Math.Pow(ofSpeed ? Math.Exp(depth) - 1 : depth, p) * Math.Pow(Budget, q), p, q, noise, ofSpeed, carried);

    public double Loss(double depth, double images) =>
        K * Math.Pow(OfSpeed ? Math.Exp(depth) - 1 : depth, P) * Math.Pow(Math.Max(1, images), -Q);

    /// <param name="deepest">No deeper cut exists.</param>
    /// <returns>The stages, and the deepest that was seen to keep the floor.</returns>
    public (ImmutableArray<StageResult> Stages, double Best, int Decisions) Search(
        PruneSettings settings, double allowed, int seed, double deepest = double.PositiveInfinity)
    {
        var (random, stages, left) = (new Random(seed), ImmutableArray<StageResult>.Empty, Budget);
        // What counts in this world of what each stage was trained with; the search counts in its own way.
        var counted = new List<double>();
        double? known = null;
        for (var decisions = 1; ; decisions++)
        {
            Assert.True(decisions < 100, "the search does not end");
            var decision = StagePlan.Next(settings, allowed, stages, Budget - left, left, known);
            if (decision.Kind == StageKind.End)
                return (stages, stages.Where(s => s.Loss <= allowed).Select(s => s.Depth).DefaultIfEmpty(0).Max(), decisions);
            if (decision.Kind == StageKind.Cut && decision.Depth > deepest)
            {
                var from = decision.From == 0 ? 0 : stages[decision.From - 1].Depth;
                known = Math.Min(known ?? double.PositiveInfinity, (from + decision.Depth) / 2);
                continue;
            }

            var images = Math.Min(left, Math.Max(1, (long)(left * decision.Share)));
            var (before, here) = decision.From > 0 ? (stages[decision.From - 1].Images, counted[decision.From - 1]) : (0, 0);
            if (decision.Kind == StageKind.Cut) here *= Carried;
            counted.Add(here + images);
            var loss = Loss(decision.Depth, counted[^1]) + (Noise * Normal(random));
            known = null;
            stages = stages.Add(new StageResult(decision.Depth, before + images, loss, Noise));
            left -= images;
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
