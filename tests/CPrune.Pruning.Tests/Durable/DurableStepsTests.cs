using System.Text.Json.Serialization;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Tests.Runs;

namespace CPrune.Pruning.Tests.Durable;

/// <summary>A step is executed once, and nobody can tell whether it was executed now or by a process that is gone.</summary>
public sealed class DurableStepsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ARememberedResultIsTheExecutedOne()
    {
        // What JSON does not carry is gone at once, not first after a power cut.
        Answer Work() => new(0.1, double.NaN, [1, 2, 3], "a") { Hidden = "not kept" };
        var (executed, remembered) = (In(steps => steps.Do("a", _ => Work())), In(steps => steps.Do("a", _ => Fail<Answer>())));
        foreach (var answer in new[] { executed, remembered })
        {
            Assert.Equal((0.1, double.NaN, "a", null), (answer.Value, answer.Other, answer.Text, answer.Hidden));
            Assert.Equal([1, 2, 3], answer.Bytes);
        }
    }

    [Fact]
    public void AModelThatAStepMadeIsThereWithIt()
    {
        var name = In(steps => steps.Do("a", scope => scope.Keep("m", SmallRun.Model)));
        Assert.Equal("m", In(steps => steps.Do("a", _ => Fail<string>())));
        Assert.Equal(OnnxFile.ToBytes(SmallRun.Model), OnnxFile.ToBytes(In(steps => steps.Model(name))));
    }

    [Fact]
    public void TwoStepsOfOneNameAreADefect() => In(steps =>
    {
        steps.Do("a", _ => 1);
        Assert.Equal("the run has two steps named 'a'", Assert.Throws<InvalidOperationException>(() => steps.Do("a", _ => 2)).Message);
        return 0;
    });

    [Fact]
    public void AStepWithinAStepIsADefect()
    {
        var error = Assert.Throws<InvalidOperationException>(() => In(steps => steps.Do("outer", _ => steps.Do("inner", _ => 1))));
        Assert.Equal("step 'inner' is within step 'outer': its time would count twice", error.Message);
        Assert.Equal(0, In(steps => steps.Remembered));
    }

    [Fact]
    public void AStepThatFailsIsExecutedAgain()
    {
        Assert.Throws<PowerCutException>(() => In(steps => steps.Do("a", scope =>
        {
            scope.Keep("m", SmallRun.Model);
            return Fail<int>();
        })));
        Assert.Equal(2, In(steps => steps.Do("a", _ => 2)));
        Assert.Equal(2, In(steps => steps.Do("a", _ => 3)));
        Assert.Throws<InvalidOperationException>(() => In(steps => steps.Model("m")));
    }

    /// <summary>Decisions may depend on it: a process that only remembers must see the seconds that were seen then.</summary>
    [Fact]
    public void ElapsedSecondsAreThoseThatPassedThen()
    {
        var seen = new List<double[]>();
        for (var process = 0; process < 2; process++)
        {
            In((steps, clock) =>
            {
                var elapsed = new List<double> { steps.ElapsedSeconds };
                // Between the steps time passes, too; it belongs to the next one.
                clock.Pass(process == 0 ? 1 : 50);
                steps.Do("a", scope => scope.Clock.Time("tuning", () => Pass(clock, 3)));
                elapsed.Add(steps.ElapsedSeconds);
                steps.Do("b", scope => scope.Clock.Time("training", () => Pass(clock, 5)));
                steps.Do("c", scope => scope.Clock.Time("training", () => Pass(clock, 0.5)));
                elapsed.AddRange([steps.ElapsedSeconds, steps.SecondsOf("a"), steps.SecondsOf("b")]);
                Assert.Equal([new PhaseTime("training", 5.5), new PhaseTime("tuning", 3)], steps.Phases);
                seen.Add([.. elapsed]);
                return 0;
            });
        }

        Assert.Equal([0, 4, 9.5, 4, 5], seen[0]);
        Assert.Equal(seen[0], seen[1]);
    }

    /// <summary>A process that goes on does not count what the killed one had not finished.</summary>
    [Fact]
    public void WhatAKilledProcessDidNotFinishTakesNoTime()
    {
        In((steps, clock) => steps.Do("a", _ => Pass(clock, 3)));
        Assert.Throws<PowerCutException>(() => In((steps, clock) =>
        {
            steps.Do("a", _ => Fail<int>());
            return steps.Do("b", _ => Pass(clock, 100) + Fail<int>());
        }));
        In((steps, clock) =>
        {
            Assert.Equal((1, 3), (steps.Remembered, steps.RememberedSeconds));
            steps.Do("a", _ => Fail<int>());
            Assert.Equal(0, steps.Remembered);
            steps.Do("b", _ => Pass(clock, 4));
            Assert.Equal(7, steps.ElapsedSeconds);
            clock.Pass(2);
            Assert.Equal((7, 9), (steps.ElapsedSeconds, steps.SecondsUntilNow));
            return 0;
        });
    }

    [Fact]
    public void WhatFollowedTheLimitIsForgottenWithAllBehindIt()
    {
        Assert.Equal([1, 1, 1, 1], In(steps => Four(steps, 1)));
        Assert.True(In(steps => steps.ForgetWhatFollowedTheLimit()));
        Assert.Equal([1, 2, 2, 2], In(steps => Four(steps, 2)));
        // Within one process, too.
        Assert.Equal([1, 3, 3, 3], In(steps => steps.ForgetWhatFollowedTheLimit() ? Four(steps, 3) : []));
    }

    [Fact]
    public void WhereNothingFollowedTheLimitNothingIsForgotten()
    {
        In(steps => steps.Do("a", _ => 1));
        Assert.False(In(steps => steps.ForgetWhatFollowedTheLimit()));
        Assert.Equal(1, In(steps => steps.Do("a", _ => 2)));
    }

    private static int[] Four(DurableSteps steps, int result) => [.. new[] { "d", "c", "b", "a" }.Select(name => steps.Do(name, scope =>
    {
        if (name is "c" or "a") scope.FollowsTimeLimit();
        return result;
    }))];

    private static int Pass(PacedClock clock, double seconds)
    {
        clock.Pass(seconds);
        return 1;
    }

    private static T Fail<T>() => throw new PowerCutException();

    private T In<T>(Func<DurableSteps, T> process) => In((steps, _) => process(steps));

    /// <summary>What a process does with the run; its clock begins anew.</summary>
    private T In<T>(Func<DurableSteps, PacedClock, T> process)
    {
        using var store = RunStore.Open(_folder);
        var clock = new PacedClock();
        return process(new DurableSteps(store, clock), clock);
    }

    private sealed record Answer(double Value, double Other, byte[] Bytes, string Text)
    {
        [JsonIgnore]
        public string? Hidden { get; init; }
    }
}
