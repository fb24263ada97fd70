using System.Globalization;

namespace CPrune.Compiler.Schedules;

/// <summary>The one-line form of a schedule: primitives separated by <c>;</c>, words by blanks.</summary>
internal static class ScheduleText
{
    public static string Write(Schedule schedule) => string.Join("; ", schedule.Primitives.Select(Write));

    public static Schedule Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return new Schedule([]);
        return new Schedule([.. text.Split(';').Select((part, i) => Read(part, i + 1))]);
    }

    private static string Write(Primitive primitive) => primitive switch
    {
        Primitive.Split split => $"split {split.Axis} {string.Join(' ', split.Factors)}",
        Primitive.Reorder order => $"order {string.Join(' ', order.Loops)}",
        Primitive.Vectorize vectorize => $"vectorize {vectorize.Loop}",
        Primitive.RegisterTile tile => $"registers {string.Join(' ', tile.Loops)}",
        Primitive.Unroll unroll => $"unroll {unroll.Loop}",
        Primitive.Parallel parallel => $"parallel {parallel.Loop}",
        Primitive.Prefetch prefetch => $"prefetch {prefetch.Bytes}",
        _ => throw new ArgumentException($"unknown primitive {primitive.GetType().Name}"),
    };

    private static Primitive Read(string part, int position)
    {
        var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["split", var axis, _, ..] => new Primitive.Split(axis, [.. words[2..].Select(w => Factor(w, position))]),
            ["order", _, ..] => new Primitive.Reorder([.. words[1..]]),
            ["vectorize", var loop] => new Primitive.Vectorize(loop),
            ["registers", _, ..] => new Primitive.RegisterTile([.. words[1..]]),
            ["unroll", var loop] => new Primitive.Unroll(loop),
            ["parallel", var loop] => new Primitive.Parallel(loop),
            ["prefetch", var bytes] => new Primitive.Prefetch(Factor(bytes, position)),
            _ => throw new FormatException($"schedule, part {position}: '{part.Trim()}' is no primitive"),
        };
    }

    private static int Factor(string word, int position) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor > 0
            ? factor
            : throw new FormatException($"schedule, part {position}: '{word}' is no positive factor");
}
