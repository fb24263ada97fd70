using System.Globalization;

namespace CPrune.Training.Data;

/// <summary>The images that the original has not learned: which of them decide and which check, and what they can resolve.</summary>
public static class HeldOut
{
    /// <summary>
    /// Share of the test part that candidates are judged on. The larger part checks: its error is that of the accuracy which is promised,
    /// while candidates are many and are compared in pairs on the same images.
    /// </summary>
    public const double SelectionShare = 2.0 / 5;

    /// <summary>The smallest test part of which two images can select while others stay unseen.</summary>
    public const int SmallestTestPart = 5;

    /// <summary>Share of images that two models answer differently, one rightly: usual for a model and its pruned self.</summary>
    public const double DiscordantShare = 0.05;

    /// <summary>
    /// Share of the allowed loss that the standard error of a difference may take up: at half of it, two errors are the whole loss.
    /// </summary>
    public const double CoarseShare = 0.5;

    /// <summary>
    /// What one image counts: "one image of the 960 for selection is 0.10 points, one of the 1,440 unseen is 0.07 points".
    /// </summary>
    public static string Resolution(DataSplits splits) => string.Create(
        CultureInfo.InvariantCulture,
        $"one image of the {splits.Selection.Count:N0} for selection is {100.0 / splits.Selection.Count:0.00} points, "
        + $"one of the {splits.Unseen.Count:N0} unseen is {100.0 / splits.Unseen.Count:0.00} points");

    /// <summary>Whether the smaller held-out part cannot tell a loss of that size from chance.</summary>
    /// <param name="splits">Whose selection and unseen images are counted.</param>
    /// <param name="allowedLoss">Of top-1, as a share: 0.01 is a point.</param>
    public static bool IsCoarse(DataSplits splits, double allowedLoss) =>
        StandardError(Math.Min(splits.Selection.Count, splits.Unseen.Count)) > CoarseShare * allowedLoss;

    /// <summary>Standard error of a paired difference of top-1, as a share, at <see cref="DiscordantShare"/>.</summary>
    public static double StandardError(int images) => Math.Sqrt(DiscordantShare / images);

    /// <summary>Cuts the selection from the test part, every class by its share.</summary>
    /// <param name="test">The whole test part.</param>
    /// <param name="spec">What the user gave, for the message.</param>
    /// <param name="seed">Says which images are cut.</param>
    /// <exception cref="Graph.UserErrorException">Kind Data: fewer than <see cref="SmallestTestPart"/> images.</exception>
    internal static (ImageSet Selection, ImageSet Unseen) Cut(ImageSet test, string spec, int seed)
    {
        if (test.Count < SmallestTestPart)
        {
            throw DataErrors.Of(
                $"the test part at '{spec}' has {test.Count} of the {SmallestTestPart} images that it takes to split it; "
                + "use more test images, or give a validation set with --selection.");
        }

        var (unseen, selection) = StratifiedSplit.Cut(test.Labels, (int)Math.Round(test.Count * SelectionShare), seed);
        return (test.Take(selection), test.Take(unseen));
    }
}
