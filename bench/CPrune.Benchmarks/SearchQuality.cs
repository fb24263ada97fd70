using CPrune.Compiler.Schedules;
using CPrune.Tuning.Records;
using CPrune.Tuning.Space;

namespace CPrune.Benchmarks;

/// <summary>The search against random programs of the same space, and against the default program, at equal numbers of trials.</summary>
internal static class SearchQuality
{
    private static readonly int[] Marks = [16, 32, 64];

    public static async Task RunAsync(IReadOnlyList<Workload> workloads, int trials, int seeds)
    {
        await using var bench = new Bench();
        int[] marks = [.. Marks.Where(m => m <= trials)];
        var rows = new List<(Workload Workload, double Default, double[] Searched, double[] Random)>();
        foreach (var workload in workloads)
        {
            Console.Error.WriteLine(workload);
            var task = workload.Task();
            var searched = new List<IReadOnlyList<(Schedule, double)>>();
            var random = new List<IReadOnlyList<(Schedule, double)>>();
            for (var seed = 0; seed < seeds; seed++)
            {
                using var records = SqliteRecordStore.InMemory();
                searched.Add(await bench.TuneAsync(task, records, trials, seed));
                random.Add(await bench.MeasureAsync(task, Random(new Sketch(task.Computation, bench.Target), trials, seed)));
            }

            var untuned = DefaultSchedule.For(task.Computation, bench.Target);
            var winners = marks.SelectMany(m => searched.Concat(random).Select(run => Bench.Best(run, m))).Append(untuned);
            var times = await bench.JudgeAsync(task, winners);
            rows.Add((workload, times[untuned], Means(searched), Means(random)));

            double[] Means(IEnumerable<IReadOnlyList<(Schedule, double)>> runs) => [.. marks.Select(m => Markdown.GeometricMean(runs.Select(run => times[Bench.Best(run, m)])))];
        }

        Console.WriteLine(Markdown.Row(["workload", "default", .. marks.Select(m => $"search {m}"), .. marks.Select(m => $"random {m}")]));
        Console.WriteLine(Markdown.Rule(1 + 1 + 2 * marks.Length));
        foreach (var (workload, untuned, searched, random) in rows)
            Console.WriteLine(Markdown.Row([$"{workload}", Markdown.Micros(untuned), .. searched.Select(Markdown.Micros), .. random.Select(Markdown.Micros)]));
        Console.WriteLine();
        Console.WriteLine(Markdown.Row(["geometric mean of time over that of the search", .. marks.Select(m => $"{m} trials")]));
        Console.WriteLine(Markdown.Rule(1 + marks.Length));
        Console.WriteLine(Markdown.Row(["random programs", .. marks.Select((_, i) => Markdown.Ratio(Markdown.GeometricMean(rows.Select(r => r.Random[i] / r.Searched[i]))))]));
        Console.WriteLine(Markdown.Row(["the default program", .. marks.Select((_, i) => Markdown.Ratio(Markdown.GeometricMean(rows.Select(r => r.Default / r.Searched[i]))))]));
    }

    /// <summary>Distinct legal programs, drawn as the search draws its own random ones.</summary>
    private static IEnumerable<Schedule> Random(Sketch sketch, int count, int seed)
    {
        var sampler = new Sampler(sketch, new Random(seed));
        return Enumerable.Range(0, 100 * count).Select(_ => sketch.Apply(sampler.Draw())).OfType<ScheduledNest>()
            .DistinctBy(nest => CodeIdentity.Of(nest, sketch.Target)).Select(nest => nest.Schedule).Take(count);
    }
}
