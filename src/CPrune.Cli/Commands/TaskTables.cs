using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using CPrune.Reporting;

namespace CPrune.Cli.Commands;

/// <summary>Table C with its programs: most time first, and under a layer that takes several kernels each of them.</summary>
internal static class TaskTables
{
    public static TextTable Of(ImmutableArray<LayerPrograms> layers)
    {
        var total = layers.Sum(l => l.TotalSeconds ?? 0);
        return new TextTable(
            [
                new("task"), new("×", true), new("MACs", true), new("time", true), new("GFLOP/s", true), new("share", true),
            ],
            [.. layers.SelectMany(Rows)]);

        IEnumerable<ImmutableArray<string>> Rows(LayerPrograms layer)
        {
            yield return
            [
                layer.Layer.Label,
                $"{layer.Layer.Multiplicity}",
                Figures.Short(layer.Layer.Macs),
                Time(layer.Seconds),
                layer.GigaFlopsPerSecond is { } g ? g.ToString("0.0", CultureInfo.InvariantCulture) : "",
                layer.TotalSeconds is { } t && total > 0 ? Figures.Percent(t / total, 1) : "",
            ];
            if (layer.Kernels.Length == 1) yield break;
            foreach (var kernel in layer.Kernels) yield return [$"  {kernel.Task.Label}", "", "", Time(kernel.Seconds), "", ""];
        }

        static string Time(double? seconds) => seconds is { } s ? Figures.Seconds(s) : "untuned";
    }

    /// <summary>Programs are long and have a table of their own.</summary>
    public static Option<bool> ProgramsOption() => new("--programs") { Description = "Show the program of each task." };

    public static TextTable Programs(ImmutableArray<LayerPrograms> layers) => new(
        [new("task"), new("program")],
        [
            .. layers.SelectMany(l => l.Kernels).DistinctBy(k => k.Task.Key)
                .Select(k => (ImmutableArray<string>)[k.Task.Label, k.Schedule?.ToString() ?? "default"]),
        ]);

    public static object[] Json(ImmutableArray<LayerPrograms> layers) =>
    [
        .. layers.Select(l => new
        {
            Task = l.Layer.Label,
            Subgraphs = l.Layer.Layers,
            l.Layer.Multiplicity,
            l.Layer.Macs,
            l.Seconds,
            l.GigaFlopsPerSecond,
            Schedule = l.Main.Schedule?.ToString(),
            Kernels = KernelsJson(l),
        }),
    ];

    public static object[] KernelsJson(LayerPrograms layer) =>
        [.. layer.Kernels.Select(k => new { Task = k.Task.Label, k.Seconds, Schedule = k.Schedule?.ToString() })];
}
