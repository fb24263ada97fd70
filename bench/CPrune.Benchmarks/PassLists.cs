using System.Diagnostics;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Devices.Statistics;
using CPrune.Tuning.Records;

namespace CPrune.Benchmarks;

/// <summary>Time to build against speed of the result, for several ways to make code of the same kernels.</summary>
internal static class PassLists
{
    private const int Rounds = 5;

    /// <summary>The first is what the compiler does.</summary>
    private static readonly PassList[] All =
    [
        new("none", "", 2),
        new("none, code generation at level 1", "", 1),
        new("none, code generation at level 3", "", 3),
        new("early-cse, licm", "function(early-cse,loop-mssa(licm))", 2),
        new("early-cse, instcombine, licm, loop-reduce", "function(early-cse,instcombine,loop-mssa(licm),loop(loop-reduce))", 2),
        new("default<O1>", "default<O1>", 2),
        new("default<O3>", "default<O3>", 3),
    ];

    /// <param name="trials">Of the search that finds the tuned programs.</param>
    public static async Task RunAsync(int trials)
    {
        await using var bench = new Bench();
        using var worker = new WorkerProcess(TimeProvider.System);
        var measurer = new KernelBench(bench.Target, CacheState.Warm, worker, new ReferenceOutputs(), CpuCaches.OfMachine().WeightSpan(CacheState.Warm));
        var builds = All.ToDictionary(l => l, _ => new List<double>());
        var ratios = All.ToDictionary(l => l, _ => new List<double>());
        foreach (var workload in Workload.All)
        {
            Console.Error.WriteLine(workload);
            var task = workload.Task();
            using var records = SqliteRecordStore.InMemory();
            var tuned = Bench.Best(await bench.TuneAsync(task, records, trials, seed: 0), trials);
            foreach (var schedule in (Schedule[])[DefaultSchedule.For(task.Computation, bench.Target), tuned])
            {
                var kernel = ((KernelResult.Ok)KernelCompiler.Lower(task.Computation, schedule, bench.Target)).Kernel;
                var code = All.ToDictionary(l => l, l => Built(kernel, l));
                var times = All.ToDictionary(l => l, _ => new List<double>());
                for (var round = 0; round < Rounds; round++)
                    foreach (var list in round % 2 == 0 ? All : All.Reverse()) times[list].Add(await SecondsAsync(task.Computation, kernel, code[list]));
                foreach (var list in All) ratios[list].Add(MedianInterval.Median([.. times[list].Zip(times[All[0]], (mine, none) => mine / none)]));
            }
        }

        Console.WriteLine(Markdown.Row(["IR passes", "build, median", "build, of none", "time of the code, of none", "least", "largest"]));
        Console.WriteLine(Markdown.Rule(6));
        foreach (var list in All)
        {
            Console.WriteLine(Markdown.Row([
                list.Name, $"{MedianInterval.Median(builds[list]) * 1e3:0.0} ms", Markdown.Ratio(builds[list].Sum() / builds[All[0]].Sum()),
                Markdown.Ratio(Markdown.GeometricMean(ratios[list])), Markdown.Ratio(ratios[list].Min()), Markdown.Ratio(ratios[list].Max()),
            ]));
        }

        byte[] Built(KernelSource kernel, PassList list)
        {
            var seconds = new List<double>();
            byte[] code = [];
            for (var round = 0; round < Rounds; round++)
            {
                var started = Stopwatch.GetTimestamp();
                code = PassCompiler.Compile(kernel.IrText, bench.Target, list);
                seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }

            builds[list].Add(MedianInterval.Median(seconds));
            return code;
        }

        async Task<double> SecondsAsync(Computation computation, KernelSource kernel, byte[] code) =>
            await measurer.MeasureAsync(computation, kernel, code, new MeasureOptions(null, TimeSpan.FromSeconds(30)), CancellationToken.None) is Measurement.Ok ok
                ? ok.Latency.Median
                : throw new InvalidOperationException("a kernel does not run");
    }
}
