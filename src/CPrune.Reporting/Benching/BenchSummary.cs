using System.Collections.Immutable;
using System.Globalization;
using CPrune.Reporting.Charts;
using CPrune.Reporting.Tables;

namespace CPrune.Reporting.Benching;

/// <summary>Several models' results side by side.</summary>
public static class BenchSummary
{
    private const string None = "–";

    /// <summary>Latency against the peer's and against the machine, for each number of threads.</summary>
    public static TextTable Latency(ImmutableArray<BenchResult> results)
    {
        var threads = ThreadsOf(results);
        return new TextTable(
            [
                new("model"), new("GFLOP", true),
                .. threads.SelectMany(t => (TextColumn[])
                [
                    new($"{BenchTables.Threads(t)}: ours", true), new(PeerOf(results), true), new("speed-up", true), new("of peak", true), new("of roofline", true),
                ]),
            ],
            [
                .. results.Select(r => (ImmutableArray<string>)
                [
                    r.Name, (2 * r.Macs / 1e9).ToString("0.000", CultureInfo.InvariantCulture), .. threads.SelectMany(t => Latency(r, t)),
                ]),
            ]);
    }

    /// <summary>What the programs cost: memory, and the time to find them.</summary>
    public static TextTable Cost(ImmutableArray<BenchResult> results)
    {
        var threads = ThreadsOf(results);
        return new TextTable(
            [
                new("model"), new("activations: ours", true), new($"{PeerOf(results)}, in use", true), new("its arena", true),
                .. threads.SelectMany(t => (TextColumn[])[new($"{BenchTables.Threads(t)}: programs", true), new("a second", true), new("tuning", true)]),
            ],
            [
                .. results.Select(r => (ImmutableArray<string>)
                [
                    r.Name, Figures.Bytes(r.Settings[0].Memory.ReservedBytes), Figures.Bytes(r.Settings[0].ReferenceMemory.PeakBytes),
                    Figures.Bytes(r.Settings[0].ReferenceMemory.ReservedBytes), .. threads.SelectMany(t => Tuning(r, t)),
                ]),
            ]);
    }

    /// <summary>Bars of how many times as fast as the peer, as an SVG file.</summary>
    public static string Figure(ImmutableArray<BenchResult> results)
    {
        var threads = ThreadsOf(results);
        return new SpeedUpChart(
            $"Speed of the unpruned, tuned models against {PeerOf(results)}", PeerOf(results), [.. threads.Select(BenchTables.Threads)],
            [.. results.Select(r => new SpeedUps(r.Name, [.. threads.Select(t => SettingOf(r, t)?.Reference.RatioToTuned)]))]).Svg();
    }

    private static IEnumerable<string> Latency(BenchResult result, int threads) => SettingOf(result, threads) is { } s
        ?
        [
            Figures.Seconds(s.Tuned.Seconds), Figures.Seconds(s.Reference.Seconds), $"{Figures.Ratio(s.Reference.RatioToTuned)}",
            Figures.Percent(s.PeakShare(result.Macs), 0), Figures.Percent(s.RooflineSeconds / s.Tuned.Seconds, 0),
        ]
        : [None, None, None, None, None];

    private static IEnumerable<string> Tuning(BenchResult result, int threads) => SettingOf(result, threads)?.Tuning is { } t
        ? [Figures.Count(t.Programs), t.ProgramsPerSecond.ToString("0.0", CultureInfo.InvariantCulture), Figures.Seconds(t.Seconds)]
        : [None, None, None];

    private static BenchSetting? SettingOf(BenchResult result, int threads) => result.Settings.FirstOrDefault(s => s.Threads == threads);

    private static ImmutableArray<int> ThreadsOf(ImmutableArray<BenchResult> results) =>
        [.. results.SelectMany(r => r.Settings).Select(s => s.Threads).Distinct().Order()];

    private static string PeerOf(ImmutableArray<BenchResult> results) => results[0].Settings[0].Reference.Name;
}
