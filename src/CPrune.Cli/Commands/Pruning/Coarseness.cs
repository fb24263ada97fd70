using System.Globalization;
using CPrune.Training.Data;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>Warns if the held-out images are too few for the loss that is allowed.</summary>
internal static class Coarseness
{
    /// <param name="allowedLoss">Of top-1, a share: 0.01 is a point.</param>
    /// <returns>One sentence; null if there are images enough.</returns>
    public static string? Sentence(DataSplits splits, double allowedLoss) => !HeldOut.IsCoarse(splits, allowedLoss) ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"The held-out images are few for this goal: {HeldOut.Resolution(splits)}, "
        + $"so that a loss of {allowedLoss * 100:0.##} points can hardly be told from chance.");
}
