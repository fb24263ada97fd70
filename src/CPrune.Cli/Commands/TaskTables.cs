using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using CPrune.Reporting;

namespace CPrune.Cli.Commands;

/// <summary>Tasks as a table: most time first.</summary>
internal static class TaskTables
{
    public static TextTable Of(ImmutableArray<TaskProgram> programs)
    {
        var total = programs.Sum(p => p.TotalSeconds ?? 0);
        return new TextTable(
            [
                new("task"), new("×", true), new("MACs", true), new("time", true), new("GFLOP/s", true), new("share", true),
            ],
            [
                .. Ordered(programs).Select(p => (ImmutableArray<string>)
                [
                    p.Task.Label,
                    $"{p.Task.Multiplicity}",
                    Figures.Short(p.Macs),
                    p.Seconds is { } s ? Figures.Seconds(s) : "untuned",
                    p.GigaFlopsPerSecond is { } g ? g.ToString("0.0", CultureInfo.InvariantCulture) : "",
                    p.TotalSeconds is { } t && total > 0 ? Figures.Percent(t / total, 1) : "",
                ]),
            ]);
    }

    /// <summary>Programs are long and have a table of their own.</summary>
    public static Option<bool> ProgramsOption() => new("--programs") { Description = "Show the program of each task." };

    public static TextTable Programs(ImmutableArray<TaskProgram> programs) => new(
        [new("task"), new("program")], [.. Ordered(programs).Select(p => (ImmutableArray<string>)[p.Task.Label, p.Schedule?.ToString() ?? "default"])]);

    public static object[] Json(ImmutableArray<TaskProgram> programs) =>
    [
        .. Ordered(programs).Select(p => new
        {
            Task = p.Task.Label,
            Subgraphs = p.Task.Subgraphs.Select(s => s.Anchor),
            p.Task.Multiplicity,
            p.Macs,
            p.Seconds,
            p.GigaFlopsPerSecond,
            Schedule = p.Schedule?.ToString(),
        }),
    ];

    public static IEnumerable<TaskProgram> Ordered(IEnumerable<TaskProgram> programs) =>
        programs.OrderByDescending(p => p.TotalSeconds ?? 0).ThenByDescending(p => p.Macs * p.Task.Multiplicity);
}
