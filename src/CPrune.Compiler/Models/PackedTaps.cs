using System.Collections.Immutable;

namespace CPrune.Compiler.Models;

/// <summary>
/// The end of a weight whose lanes run along its channels, where positions of the window share vectors: from <see cref="Start"/> on the vector of the
/// <c>v</c>-th position holds the lanes from <c>v·lanes</c> on of all positions' last channels side by side.
/// </summary>
/// <param name="Vectors">Packed dimensions of the channels outside the lanes.</param>
/// <param name="Lanes">The packed dimension of the lanes.</param>
/// <param name="Start">Where the last channels begin, in elements of the logical dimension.</param>
/// <param name="Taps">The packed dimension of the positions.</param>
/// <param name="Channels">Last channels of each position.</param>
public sealed record PackedTaps(ImmutableArray<int> Vectors, int Lanes, int Start, int Taps, int Channels)
{
    public bool Equals(PackedTaps? other) =>
        other is not null && Vectors.SequenceEqual(other.Vectors) && (Lanes, Start, Taps, Channels) == (other.Lanes, other.Start, other.Taps, other.Channels);

    public override int GetHashCode() => HashCode.Combine(Vectors.Length, Lanes, Start, Taps, Channels);

    public override string ToString() => $" from {Start} {Channels} of each {Taps}";
}
