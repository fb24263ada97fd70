using System.Collections.Immutable;
using System.Globalization;
using CPrune.Devices;
using CPrune.Reporting.Tables;

namespace CPrune.Reporting.Benching;

/// <summary>A setting of a bench for people.</summary>
public static class BenchTables
{
    public static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";

    public static TextTable Contenders(BenchSetting setting) => new(
        [new("runtime"), new("median", true), new("images/s", true), new("time / tuned", true)],
        [
            .. setting.Contenders.Select(c => (ImmutableArray<string>)
                [c.Name, Figures.Seconds(c.Seconds), Figures.Count((long)(1 / c.Seconds)), Figures.Ratio(c.RatioToTuned)]),
        ]);

    /// <summary>Where the time goes. Rates are those inside the model.</summary>
    public static TextTable Tasks(BenchSetting setting)
    {
        var padded = setting.Tasks.Any(t => t.ImageMacs != t.Macs);
        ImmutableArray<TextColumn> columns =
        [
            new("task"), new("×", true), new("MACs", true), new("alone", true), new("in model", true), new("share", true), new("GFLOP/s", true),
            .. padded ? [new TextColumn("unpadded", true)] : (TextColumn[])[], new("of peak", true), new("least time", true), new("roofline", true),
        ];
        return new TextTable(columns, [.. setting.Tasks.SelectMany(t => t.Kernels.Select(k => Part(t, k)).Prepend(Row(t)))]);

        ImmutableArray<string> Part(BenchTask task, BenchKernel kernel)
        {
            string[] cells = [$"  {kernel.Kernel}", "", "", Figures.Seconds(kernel.AloneSeconds), Figures.Seconds(kernel.ModelSeconds), Share(kernel.ModelSeconds * task.Calls)];
            return [.. cells, .. Enumerable.Repeat("", columns.Length - cells.Length)];
        }

        string Share(double seconds) => Figures.Percent(seconds / setting.ModelSeconds, 1);

        ImmutableArray<string> Row(BenchTask t)
        {
            var least = setting.LeastSeconds(t, t.Macs);
            var counts = t.Macs > 0;
            return
            [
                t.Task,
                $"{t.Calls}",
                counts ? Figures.Short(t.Macs) : "",
                Figures.Seconds(t.AloneSeconds),
                Figures.Seconds(t.ModelSeconds),
                Share(t.ModelSeconds * t.Calls),
                counts ? Giga(t.FlopsPerSecond) : "",
                .. padded ? [t.ImageMacs != t.Macs ? Giga(t.ImageFlopsPerSecond) : ""] : (string[])[],
                counts ? Figures.Percent(t.FlopsPerSecond / setting.Roofline.FlopsPerSecond, 0) : "",
                least > 0 ? Figures.Seconds(least) + (IsBoundByMemory(setting, t) ? " mem" : "") : "",
                least > 0 ? Figures.Percent(least / t.ModelSeconds, 0) : "",
            ];
        }
    }

    /// <summary>The program of each task.</summary>
    public static TextTable Programs(BenchSetting setting) => new(
        [new("task"), new("program")],
        [
            .. setting.Tasks.SelectMany(t => t.Kernels.IsEmpty
                ? [[t.Task, t.Schedule ?? "default"]]
                : t.Kernels.Select(k => (ImmutableArray<string>)[k.Kernel, k.Schedule ?? "default"])),
        ]);

    /// <summary>What the machine can do.</summary>
    public static string Machine(BenchSetting setting)
    {
        var roof = setting.Roofline;
        var reads = string.Join(", ", roof.Reads.Select(r => $"{Giga(r.BytesPerSecond)} from {r.Place}"));
        return $"Measured on {Threads(roof.Threads)}: {Giga(roof.FlopsPerSecond)} GFLOP/s at most; GB/s read: {reads}.";
    }

    /// <summary>Which variant of the whole model was chosen, and by what margin; nothing where there was no choice.</summary>
    public static IEnumerable<string> Choice(BenchChoice? choice)
    {
        if (choice is null) yield break;
        yield return $"Whole model: {choice.Chosen}.";
        foreach (var time in choice.Timed)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  {time.Variant}: time × {time.Ratio:0.000} [{time.Low:0.000}, {time.High:0.000}] of {choice.First}{(time.IsTuned ? "" : ", both untuned: not tuned")}");
    }

    /// <summary>How the work is counted.</summary>
    public static string Counting(BenchSetting setting)
    {
        var counting = setting.Tasks.Any(t => t.ImageMacs != t.Macs)
            ? "Multiply-accumulates are counted with those on zero padding, as literature counts them; 'unpadded' counts what touches the image, which no direct sum does faster than the peak."
            : "A multiply-accumulate counts as two operations.";
        return setting.Tasks.Any(t => !t.Kernels.IsEmpty && t.Macs > 0)
            ? $"{counting} A convolution by Winograd's algorithm does fewer and is counted as the direct sum: it may exceed the peak."
            : counting;
    }

    /// <summary>What has to come from memory for each image.</summary>
    public static string Streaming(BenchSetting setting)
    {
        var (weights, cache) = (Figures.Bytes(setting.WeightBytes), Figures.Bytes(setting.Roofline.LastLevelCacheBytes));
        return setting.Caches switch
        {
            CacheState.Warm => $"The weights ({weights}) stay in the last cache ({cache}): nothing has to come from memory.",
            CacheState.Streamed when setting.WeightBytes <= setting.Roofline.LastLevelCacheBytes =>
                $"The weights ({weights}), or those of a larger way to compute the model, are too many to stay in a last cache ({cache}) that others use as well: every task is taken to read its own from memory.",
            CacheState.Streamed => $"The weights ({weights}) do not stay in the last cache ({cache}): every task reads its own from memory.",
            _ => $"The caches are emptied before every image: every task reads its weights ({weights} in all) from memory.",
        };
    }

    /// <summary>Our memory for activations against the peer's.</summary>
    /// <param name="reference">The peer's name.</param>
    public static string Memory(MemoryUse ours, MemoryUse theirs, string reference) =>
        $"Memory for activations: {Figures.Bytes(ours.ReservedBytes)}; {reference} keeps an arena of {Figures.Bytes(theirs.ReservedBytes)} and uses up to {Figures.Bytes(theirs.PeakBytes)} of it.";

    /// <summary>From the roofline to the model's time.</summary>
    public static IEnumerable<string> Totals(BenchSetting setting)
    {
        var (model, image) = (setting.Tuned.Seconds, setting.ImageRooflineSeconds);
        var unpadded = image < setting.RooflineSeconds ? $"; {Figures.Percent(image / model, 1)} without work on zero padding" : "";
        yield return $"Model {Figures.Seconds(model)} = kernels {Figures.Seconds(setting.ModelSeconds)} and the rest {Figures.Seconds(Math.Max(0, model - setting.ModelSeconds))}; the kernels alone take {Figures.Seconds(setting.AloneSeconds)}.";
        yield return $"Least time of all tasks {Figures.Seconds(setting.RooflineSeconds)}: the model runs at {Figures.Percent(setting.RooflineSeconds / model, 1)} of its roofline{unpadded}.";
    }

    private static bool IsBoundByMemory(BenchSetting setting, BenchTask task) =>
        setting.LeastSeconds(task, task.Macs) > setting.LeastSeconds(task with { WeightBytes = 0 }, task.Macs);

    private static string Giga(double perSecond) => (perSecond / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
