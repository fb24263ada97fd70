using CPrune.Cli.Commands.Benching;
using CPrune.Graph;
using CPrune.Reporting.Benching;

namespace CPrune.Cli.Tests;

public class BenchTests
{
    /// <summary>The machine becomes three times as slow half-way; turn by turn the ratio does not notice.</summary>
    [Fact]
    public void Ratios_are_taken_turn_by_turn()
    {
        var contender = new Contender("a", ContenderRole.Tuned, () => { }, new MemoryStream());
        var fast = new ContenderTime(contender, 1, [1, 1, 3, 3, 3]);
        var slow = new ContenderTime(contender, 2, [2, 2, 6, 6, 6]);
        Assert.Equal(2, slow.RatioTo(fast));
    }

    [Fact]
    public async Task Contenders_take_turns()
    {
        var order = new List<string>();
        Contender Of(string name) => new(name, ContenderRole.Tuned, () => { if (order.Count == 0 || order[^1] != name) order.Add(name); }, new MemoryStream());
        var fractions = new List<double>();
        var times = await new InterleavedTiming(TimeProvider.System).MeasureAsync([Of("A"), Of("B"), Of("C")], 2, new Relay<double>(fractions.Add), TestContext.Current.CancellationToken);
        Assert.Equal(["A", "B", "C", "A", "B", "C"], order);
        Assert.Equal([0.5, 1], fractions);
        Assert.All(times, t => Assert.Equal(2, t.Samples.Count));
    }
}
