using System.Collections.Immutable;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Planning;

/// <summary>
/// Says what parts of the original are worth. That is the rise of its loss on the selection part, in nats, if one part goes and nothing else.
/// Batch norm's statistics are estimated anew and nothing is trained (Li et al., "Pruning Filters for Efficient ConvNets", ICLR 2017, section 3.2; Li et
/// al., "EagleEye", ECCV 2020). Always above 0.
/// </summary>
public interface IImportance
{
    /// <summary>Of a residual block.</summary>
    double Of(ResidualBlock block);

    /// <summary>Of the original's group that a group of a narrower model is left of.</summary>
    GroupWorth Of(ChannelGroup group);
}

/// <param name="Filters">The least important ones, that were taken from a group.</param>
/// <param name="Rise">Of the loss, in nats; above 0.</param>
public sealed record GroupLook(int Filters, double Rise);

/// <summary>What a group of the original was worth.</summary>
/// <param name="Looks">One, or two with ascending filters.</param>
/// <param name="Shares">Share of its importance that the k least important filters have, for k from 0 to as many as can go.</param>
/// <param name="Channels">The original's.</param>
public sealed record GroupWorth(ImmutableArray<GroupLook> Looks, IReadOnlyList<double> Shares, int Channels)
{
    /// <summary>Around trained weights a loss grows with the square of what is taken away (LeCun et al., "Optimal Brain Damage", 1990).</summary>
    private const double PowerOfOneLook = 2;

    /// <summary>Noise makes a group that seems to cost nothing at first, and something later, as steep as it likes.</summary>
    private const double MostPower = 6;

    /// <summary>
    /// The rise of the loss that cuts of what is left would cost, in nats: a power of the importance that is gone, through what was seen. With a square
    /// the second half of a group costs three times as much as the first.
    /// </summary>
    /// <param name="shares">As <see cref="Shares"/>, of the group as it is now.</param>
    /// <param name="channels">That the group has now; more than the original's if groups have grown together since.</param>
    public double[] LossCurve(IReadOnlyList<double> shares, int channels)
    {
        var seen = Looks.Select(l => (Share: Shares[Math.Min(l.Filters, Shares.Count - 1)], l.Rise)).Where(l => l.Share > 0).ToList();
        if (seen.Count == 0) return new double[shares.Count];
        var (first, last) = (seen[0], seen[^1]);
        var power = first.Share < last.Share
            ? Math.Clamp(Math.Log(last.Rise / first.Rise) / Math.Log(last.Share / first.Share), 1, MostPower)
            : PowerOfOneLook;
        var gone = Shares[Math.Clamp(Channels - channels, 0, Shares.Count - 1)];
        return [.. shares.Select(share => Lost(gone + ((1 - gone) * share)) - Lost(gone))];

        double Lost(double taken) => last.Rise * Math.Pow(taken / last.Share, power);
    }
}
