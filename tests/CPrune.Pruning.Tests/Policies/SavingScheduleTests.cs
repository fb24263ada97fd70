using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Policies;

public class SavingScheduleTests
{
    [Fact]
    public void HalfAfterACutThatCostTooMuch() => Assert.Equal(0.08, Saving((0.16, Verdict.TooInaccurate)));

    [Fact]
    public void HalfOfWhatWasTriedWhereLargerSharesCameToTheSameCut() => Assert.Equal(0.02, Saving((0.16, Verdict.TooInaccurate), (0.04, Verdict.TooInaccurate)));

    [Fact]
    public void TwiceAfterACheapOne() => Assert.Equal(0.32, SavingSchedule.Next([Outcome(0.16, Verdict.Accepted, wasCheap: true)]));

    [Fact]
    public void MoreWhereItWasNotFasterUntilSomethingIsAccepted()
    {
        Assert.Equal(0.24, Saving((0.16, Verdict.TooSlow))!.Value, 1e-12);
        Assert.Equal(0.12, Saving((0.16, Verdict.TooSlow), (0.24, Verdict.TooInaccurate))!.Value, 1e-12);
        Assert.Equal(0.16, Saving((0.16, Verdict.TooSlow), (0.24, Verdict.Accepted))!.Value, 1e-12);
    }

    [Fact]
    public void ItEndsWhereAHundredthCostTooMuch() => Assert.Null(Saving((0.015, Verdict.TooInaccurate)));

    [Fact]
    public void HalfOfTheTimeIsTriedBeforeItEnds()
    {
        var slow = new List<(double, Verdict)>();
        while (Saving([.. slow]) is { } saving) slow.Add((saving, Verdict.TooSlow));
        Assert.Equal(0.5, slow[^1].Item1, 1e-12);
        Assert.Equal(4, slow.Count);
    }

    private static double? Saving(params (double Extent, Verdict Verdict)[] history) => SavingSchedule.Next(history.Select(h => Outcome(h.Extent, h.Verdict)));

    private static CutOutcome Outcome(double extent, Verdict verdict, bool wasCheap = false) => new(1, "all groups", 8, verdict, extent, WasCheap: wasCheap);
}
