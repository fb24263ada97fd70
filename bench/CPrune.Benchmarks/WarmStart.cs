using CPrune.Compiler.Schedules;
using CPrune.Tuning.Records;

namespace CPrune.Benchmarks;

/// <summary>Few trials with records of a similar workload at hand, against a full search from nothing.</summary>
internal static class WarmStart
{
    private const int FewTrials = 8;

    /// <summary>One channel count changed, as a cut changes it.</summary>
    private static readonly (Workload Known, Workload Changed)[] Pairs =
    [
        (new("ResNet-18", 56, 64, 64), new("ResNet-18", 56, 64, 56)),
        (new("ResNet-18", 56, 64, 64), new("ResNet-18", 56, 48, 64)),
        (new("ResNet-18", 28, 128, 128), new("ResNet-18", 28, 128, 112)),
        (new("ResNet-18", 28, 128, 128), new("ResNet-18", 28, 96, 128)),
        (new("ResNet-18", 14, 256, 256), new("ResNet-18", 14, 256, 208)),
        (new("ResNet-18", 14, 256, 256), new("ResNet-18", 14, 240, 256)),
        (new("ResNet-18", 7, 512, 512), new("ResNet-18", 7, 512, 448)),
        (new("ResNet-20", 32, 16, 16), new("ResNet-20", 32, 16, 13)),
        (new("ResNet-20", 16, 32, 32), new("ResNet-20", 16, 32, 27)),
        (new("ResNet-20", 8, 64, 64), new("ResNet-20", 8, 64, 52)),
        (new("MobileNet", 14, 512, 512, Kernel: 1), new("MobileNet", 14, 512, 432, Kernel: 1)),
        (new("MobileNet", 14, 512, 512, IsDepthwise: true), new("MobileNet", 14, 432, 432, IsDepthwise: true)),
    ];

    public static async Task RunAsync(int trials, int seeds)
    {
        await using var bench = new Bench();
        var rows = new List<(Workload Known, Workload Changed, double Full, double Warm, double Cold, double Replay)>();
        foreach (var (known, changed) in Pairs)
        {
            var task = changed.Task();
            var (full, warm, cold, replay) = (new List<Schedule>(), new List<Schedule>(), new List<Schedule>(), new List<Schedule>());
            for (var seed = 0; seed < seeds; seed++)
            {
                Console.Error.WriteLine($"{known} -> {changed}, {seed}");
                using var nothing = SqliteRecordStore.InMemory();
                var search = await bench.TuneAsync(task, nothing, trials, seed);
                full.Add(Bench.Best(search, trials));
                cold.Add(Bench.Best(search, FewTrials));
                using var records = SqliteRecordStore.InMemory();
                await bench.TuneAsync(known.Task(), records, trials, seed);
                var few = await bench.TuneAsync(task, records, FewTrials, seed);
                warm.Add(Bench.Best(few, FewTrials));
                replay.Add(records.Similar(new Conditions(bench.Target.Key, default), task.Key, WorkloadShape.Of(task.Computation), 1, 1).Select(r => Schedule.Parse(r.Schedule)).Single());
            }

            var times = await bench.JudgeAsync(task, [.. full, .. warm, .. cold, .. replay]);
            rows.Add((known, changed, Mean(full), Mean(warm), Mean(cold), Mean(replay)));
            var r = rows[^1];
            Console.Error.WriteLine($"    full {Markdown.Micros(r.Full)} warm {Markdown.Ratio(r.Warm / r.Full)} cold {Markdown.Ratio(r.Cold / r.Full)} replay {Markdown.Ratio(r.Replay / r.Full)}");

            double Mean(IEnumerable<Schedule> winners) => Markdown.GeometricMean(winners.Select(w => times[w]));
        }

        Console.WriteLine(Markdown.Row(["known", "changed to", $"full search, {trials}", $"with its records, {FewTrials}", $"without, {FewTrials}", "replay alone"]));
        Console.WriteLine(Markdown.Rule(6));
        foreach (var (known, changed, full, warm, cold, replay) in rows)
            Console.WriteLine(Markdown.Row([$"{known}", $"{changed}", Markdown.Micros(full), .. new[] { warm, cold, replay }.Select(t => Markdown.Ratio(t / full))]));
        Console.WriteLine(Markdown.Row(["geometric mean", "", "", .. new[] { rows.Select(r => r.Warm / r.Full), rows.Select(r => r.Cold / r.Full), rows.Select(r => r.Replay / r.Full) }.Select(m => Markdown.Ratio(Markdown.GeometricMean(m)))]));
    }
}
