using System.Collections.Immutable;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Models.Chains;

/// <summary>
/// Consecutive kernels that run strip by strip: every one does the rows that the next needs for its strip, so that what passes between them stays
/// in a cache (fused-layer execution: Alwani et al., "Fused-Layer CNN Accelerators", MICRO 2016). Rows that two strips need are computed once by a
/// thread that does both strips, and twice where the strips belong to different threads.
/// </summary>
/// <param name="First">Place of the first member among the model's subgraphs.</param>
/// <param name="Ranges">By strip, then by member: the turns that the strip needs.</param>
internal sealed record Chain(int First, ImmutableArray<ChainStage> Stages, ImmutableArray<ImmutableArray<TurnRange>> Ranges)
{
    public int Strips => Ranges.Length;

    /// <summary>Cuts the last member's turns into strips of <paramref name="turnsPerStrip"/> and finds what each needs of the members before.</summary>
    public static Chain Of(int first, ImmutableArray<ChainStage> stages, int turnsPerStrip)
    {
        var last = stages[^1];
        var strips = (last.Turns + turnsPerStrip - 1) / turnsPerStrip;
        var ranges = new TurnRange[stages.Length][];
        ranges[^1] = [.. Enumerable.Range(0, strips).Select(s => new TurnRange(s * turnsPerStrip, Math.Min((s + 1) * turnsPerStrip, last.Turns)))];
        for (var i = stages.Length - 2; i >= 0; i--)
        {
            var member = i;
            ranges[i] = WithoutGaps([.. Enumerable.Range(0, strips).Select(s => Needed(stages, ranges, member, s))], stages[i].Turns);
        }

        return new Chain(first, stages, [.. Enumerable.Range(0, strips).Select(s => ranges.Select(r => r[s]).ToImmutableArray())]);
    }

    /// <summary>Largest number of bytes that the members write for one strip.</summary>
    public long LargestStripBytes => Ranges.Max(r => Stages.Select((stage, i) => (long)(r[i].End - r[i].Begin) * stage.Step * stage.Written!.Value.Scale * stage.RowBytes).Sum());

    /// <summary>Whether neighbouring strips share rows of a member that is computed for both.</summary>
    public bool Overlaps => Ranges.Zip(Ranges.Skip(1)).Any(p => p.First.Zip(p.Second).Any(r => r.Second.Begin < r.First.End));

    private static TurnRange? Needed(ImmutableArray<ChainStage> stages, TurnRange[][] ranges, int member, int strip)
    {
        TurnRange? needed = null;
        var rows = stages[member].Nest.Computation.Output.Extents[0];
        for (var reader = member + 1; reader < stages.Length; reader++)
        {
            var range = ranges[reader][strip];
            if (range.Begin == range.End) continue;
            foreach (var span in stages[reader].Read(stages[member].Subgraph.Output)!.Value)
            {
                var touched = span.Rows(stages[reader].PositionsOf(range));
                if (touched.High < 0 || touched.Low >= rows) continue;
                var turns = stages[member].TurnsFor(new Interval(Math.Max(touched.Low, 0), Math.Min(touched.High, rows - 1)));
                needed = needed is { } other ? new TurnRange(Math.Min(other.Begin, turns.Begin), Math.Max(other.End, turns.End)) : turns;
            }
        }

        return needed;
    }

    /// <summary>Every turn belongs to a strip, in order: rows that nobody in the chain reads are wanted behind it.</summary>
    private static TurnRange[] WithoutGaps(TurnRange?[] needed, int turns)
    {
        var whole = new TurnRange[needed.Length];
        var end = 0;
        for (var s = 0; s < needed.Length; s++)
        {
            var range = needed[s] ?? new TurnRange(end, end);
            var begin = Math.Min(range.Begin, end);
            end = s == needed.Length - 1 ? turns : Math.Max(range.End, end);
            whole[s] = new TurnRange(begin, end);
        }

        return whole;
    }
}
