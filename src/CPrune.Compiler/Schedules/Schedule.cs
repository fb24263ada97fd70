using System.Collections.Immutable;

namespace CPrune.Compiler.Schedules;

/// <summary>
/// A trace of primitives: how a computation runs. It is a value that can be written to a record and replayed on another extent of the same
/// computation.
/// </summary>
public sealed record Schedule(ImmutableArray<Primitive> Primitives)
{
    /// <summary>
    /// One line, for example <c>split oc 2 16; split ow 4; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1;
    /// parallel oc.0</c>.
    /// </summary>
    public override string ToString() => ScheduleText.Write(this);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no schedule; the message says where.</exception>
    public static Schedule Parse(string text) => ScheduleText.Read(text);

    public bool Equals(Schedule? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
