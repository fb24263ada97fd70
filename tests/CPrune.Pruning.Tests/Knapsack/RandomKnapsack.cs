using System.Collections.Immutable;
using CPrune.Pruning.Knapsack;
using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Tests.Knapsack;

/// <summary>Small problems of every kind: chains, sums behind a concatenation, layers with one width, stairs that do not ascend.</summary>
internal static class RandomKnapsack
{
    public static KnapsackProblem Make(int seed)
    {
        var random = new Random(seed);
        ImmutableArray<GroupLadder> ladders = [.. Enumerable.Range(0, random.Next(2, 5)).Select(group => Ladder(group, random))];
        var layers = Enumerable.Range(0, random.Next(2, 6)).Select(i => Layer(i, ladders, random));
        var curves = ladders.ToDictionary(l => l.Group, l => (IReadOnlyList<double>)Curve(l.Channels, random));
        return new KnapsackProblem(new StaircaseTable(ladders, [.. layers], random.NextDouble()), curves);
    }

    /// <summary>All points measured.</summary>
    public static LayerStaircase Measured(LayerAxis inputs, LayerAxis outputs, Func<int, int, double> seconds) =>
        new([.. Lengths(inputs).SelectMany(x => Lengths(outputs).Select(y => new StairPoint(x, y, seconds(x, y))))], []);

    /// <summary>Every assignment of levels that the problem allows, without its blocks.</summary>
    public static IEnumerable<Dictionary<int, int?>> Assignments(KnapsackProblem problem)
    {
        IEnumerable<Dictionary<int, int?>> all = [[]];
        foreach (var ladder in problem.Table.Ladders)
            all = all.SelectMany(a => problem.LevelsOf(ladder).Select(level => new Dictionary<int, int?>(a) { [ladder.Group] = level })).ToList();
        return all;
    }

    private static GroupLadder Ladder(int group, Random random)
    {
        var widths = Enumerable.Range(1, 12).OrderBy(_ => random.Next()).Take(random.Next(2, 5)).OrderDescending().ToList();
        return new GroupLadder(group, [.. widths.Select(w => new Stair(w, [.. Enumerable.Range(0, widths[0] - w)]))]);
    }

    private static LayerLatency Layer(int number, ImmutableArray<GroupLadder> ladders, Random random)
    {
        var order = ladders.OrderBy(_ => random.Next()).ToList();
        var sources = random.Next(4) switch { 0 => 0, 1 when order.Count > 2 => 2, _ => 1 };
        var (inputs, outputs) = (Axis(order.Take(sources), random), Axis(order.Skip(sources).Take(random.Next(4) == 0 && sources > 0 ? 0 : 1), random));
        return new LayerLatency($"layer{number}", inputs, outputs, Measured(inputs, outputs, (_, _) => 0.1 + random.NextDouble()));
    }

    private static LayerAxis Axis(IEnumerable<GroupLadder> ladders, Random random) => new(
        [.. ladders.Select(l => new AxisPart(l.Group, [.. l.Stairs.Select(s => s.Width)]))], random.Next(2) * 3);

    private static IEnumerable<int> Lengths(LayerAxis axis)
    {
        IEnumerable<int> sums = [axis.Fixed];
        foreach (var part in axis.Parts) sums = sums.SelectMany(s => part.Channels.Select(c => s + c)).Distinct().ToList();
        return sums;
    }

    /// <summary>Of some groups not all filters may go.</summary>
    private static List<double> Curve(int channels, Random random)
    {
        var losses = new List<double> { 0 };
        var most = random.Next(4) == 0 ? random.Next(channels) : channels;
        for (var i = 0; i < channels; i++) losses.Add(i < most ? losses[^1] + random.NextDouble() : double.PositiveInfinity);
        return losses;
    }
}
