using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Tests.Runs;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

/// <summary>What a global choice is asked to save next.</summary>
public class GlobalWidthsTests
{
    [Fact]
    public void HalfAfterACutThatCostTooMuch() => Assert.Equal(0.08, Saving((0.16, Verdict.TooInaccurate)));

    [Fact]
    public void HalfOfWhatWasTriedWhereLargerSharesCameToTheSameCut() => Assert.Equal(0.02, Saving((0.16, Verdict.TooInaccurate), (0.04, Verdict.TooInaccurate)));

    [Fact]
    public void TwiceAfterACheapOne() => Assert.Equal(0.32, GlobalWidths.Saving([Outcome(0.16, Verdict.Accepted, wasCheap: true)]));

    [Fact]
    public void MoreWhereItWasNotFasterUntilSomethingIsAccepted()
    {
        Assert.Equal(0.24, Saving((0.16, Verdict.TooSlow))!.Value, 1e-12);
        Assert.Equal(0.12, Saving((0.16, Verdict.TooSlow), (0.24, Verdict.TooInaccurate))!.Value, 1e-12);
        Assert.Equal(0.16, Saving((0.16, Verdict.TooSlow), (0.24, Verdict.Accepted))!.Value, 1e-12);
    }

    [Fact]
    public void HalfOfTheTimeIsTriedBeforeItEnds()
    {
        var slow = new List<(double, Verdict)>();
        while (Saving([.. slow]) is { } saving) slow.Add((saving, Verdict.TooSlow));
        Assert.Equal(0.5, slow[^1].Item1, 1e-12);
        Assert.Equal(4, slow.Count);
    }

    [Fact]
    public async Task OfSeveralPlansForTheSameTimeTheOneIsTriedThatLosesLeast()
    {
        var asked = new List<string>();
        var view = Views.Of(LawfulKernels.Model(Residual()), sensitivities: new FakeSensitivities(new Dictionary<string, double> { ["sum0"] = 0.004, ["sum1"] = 0.01 }, cut =>
        {
            asked.Add(cut.Removed);
            return -asked.Count;
        }));
        var decision = await new GlobalWidths("knapsack", TimeSource.Measured).NextAsync(view, TestContext.Current.CancellationToken);
        Assert.True(asked.Count > 1, string.Join("; ", asked));
        Assert.Distinct(asked);
        Assert.Equal(asked[^1], Assert.IsType<PolicyDecision.Try>(decision).Cut.Removed);
    }

    private static ModelGraph Residual()
    {
        var b = new GraphBuilder("residual", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3)));
        for (var i = 0; i < 2; i++) x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 64, Window.Same(3))), 32, Window.Same(3)), x, name: $"sum{i}"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3)));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }

    private static double? Saving(params (double Extent, Verdict Verdict)[] history) => GlobalWidths.Saving(history.Select(h => Outcome(h.Extent, h.Verdict)));

    private static CutOutcome Outcome(double extent, Verdict verdict, bool wasCheap = false) => new(1, "all groups", 8, verdict, extent, WasCheap: wasCheap);
}
