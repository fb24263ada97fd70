using System.Collections.Immutable;

namespace CPrune.Reporting.Benching;

/// <summary>Which channels of a convolution are varied.</summary>
public enum StaircaseSide
{
    /// <summary>Its filters.</summary>
    Outputs,

    Inputs,
}

/// <summary>How the time of one convolution depends on a number of channels.</summary>
/// <param name="Layer">For people, for example <c>3x3 convolution, 64 → n channels, 28x28</c>.</param>
/// <param name="Lanes">Floats of the target's vectors.</param>
/// <param name="Points">Fewest channels first.</param>
public sealed record Staircase(StaircaseSide Side, string Layer, int Lanes, int Threads, string Peer, ImmutableArray<StaircasePoint> Points)
{
    /// <summary>The next number of channels that fills whole vectors, or this one.</summary>
    public static int WholeVectors(int channels, int lanes) => (channels + lanes - 1) / lanes * lanes;

    /// <summary>
    /// Speed per multiply-accumulate against that of the next number of channels that fills whole vectors: 0.9 where an odd width is a tenth slower
    /// than it should be. Null where that number was not measured.
    /// </summary>
    public double? Evenness(StaircasePoint point)
    {
        var full = WholeVectors(point.Channels, Lanes);
        return Points.FirstOrDefault(p => p.Channels == full) is { } whole
            ? whole.KernelSeconds / full / (point.KernelSeconds / point.Channels)
            : null;
    }
}

/// <param name="KernelSeconds">The convolution in our model.</param>
/// <param name="ModelSeconds">Our whole model: what makes the convolution's input from an image, the convolution, a global pooling.</param>
/// <param name="SpeedUp">The peer's time for that model against ours, turn by turn.</param>
/// <param name="Programs">Measured for it.</param>
public sealed record StaircasePoint(int Channels, double KernelSeconds, double ModelSeconds, double SpeedUp, int Programs)
{
    public double PeerSeconds => ModelSeconds * SpeedUp;
}
