namespace CPrune.Pruning.Gates;

/// <summary>
/// By how much a model's accuracy differs from another's on the same images, with its 95 % confidence interval: shares from −1 to 1. Images on which both are right, or both wrong, say nothing;
/// the interval is made of the others, half an image added to every case (Agresti and Min, "Simple improved confidence intervals for comparing matched proportions", 2005), which
/// keeps its promise where few images or none differ.
/// </summary>
public sealed record PairedDifference(double Change, double Low, double High)
{
    private const double Normal95 = 1.959964;

    /// <param name="before">For each image whether the answer was right.</param>
    /// <param name="after">The same of the other model.</param>
    /// <exception cref="ArgumentException">Different numbers of images, or none.</exception>
    public static PairedDifference Of(IReadOnlyList<bool> before, IReadOnlyList<bool> after)
    {
        if (before.Count != after.Count || before.Count == 0)
            throw new ArgumentException($"{before.Count} answers cannot be paired with {after.Count}", nameof(after));
        var (won, lost) = (0, 0);
        for (var i = 0; i < before.Count; i++)
        {
            if (after[i] && !before[i]) won++;
            if (before[i] && !after[i]) lost++;
        }

        var count = before.Count + 2.0;
        var (w, l) = (won + 0.5, lost + 0.5);
        var (middle, width) = ((w - l) / count, Normal95 * Math.Sqrt(w + l - ((w - l) * (w - l) / count)) / count);
        return new((double)(won - lost) / before.Count, Math.Max(-1, middle - width), Math.Min(1, middle + width));
    }
}
