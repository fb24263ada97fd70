using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;

namespace CPrune.Tuning.Variants;

/// <summary>Which variant of a whole model is used, and what was measured of the others.</summary>
/// <param name="First">The variant that stays unless another is faster, and that the others were timed against.</param>
/// <param name="Timed">The others; none where there was nothing to choose from.</param>
public sealed record ModelChoice(ModelVariant Chosen, ModelVariant First, ImmutableArray<VariantTime> Timed)
{
    public bool Equals(ModelChoice? other) =>
        other is not null && Chosen == other.Chosen && First == other.First && Timed.AsSpan().SequenceEqual(other.Timed.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Chosen, First, Timed.Length);
}

/// <summary>A variant against the first, timed in turn.</summary>
/// <param name="Ratio">Its time over that of the first, with the 98 % interval from <paramref name="Low"/> to <paramref name="High"/>.</param>
/// <param name="IsTuned">False where it was so slow with default schedules that it was not tuned.</param>
public sealed record VariantTime(ModelVariant Variant, double Ratio, double Low, double High, bool IsTuned);
