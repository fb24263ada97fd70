using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Reporting;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Records;

/// <summary><c>cprune records list</c>: what is known, per target and kind of workload.</summary>
internal sealed class ListRecords : Command
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly MachineFilter _target = new("--target", "Only the records of this target");
    private readonly Option<bool> _workloads = new("--workloads") { Description = "A line for each workload instead of one for each family of them." };
    private readonly OutputArguments _output = new();

    public ListRecords(CliEnvironment environment, IWorkshop workshop) : base("list", "Show what is known: programs, best times and dates, per target and family of workloads.")
    {
        (_environment, _workshop) = (environment, workshop);
        _target.AddTo(this);
        Options.Add(_workloads);
        _output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        var output = _output.Open(result, _environment);
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var contents = _target.Apply(records.Value.Contents(), result, _workshop);
        var byWorkload = result.GetValue(_workloads);
        var summaries = byWorkload ? RecordSummary.OfWorkloads(contents.Records) : RecordSummary.OfFamilies(contents.Records);
        foreach (var target in summaries.GroupBy(s => s.Conditions))
        {
            output.Line(ConditionsText.Of(target.Key), Tone.Heading);
            output.Table(Table([.. target], byWorkload));
            output.Line();
        }

        output.Line(contents.Records.IsEmpty ? "No records." : $"{Figures.Count(contents.Records.Length)} programs of {summaries.Sum(s => s.Workloads)} workloads.");
        output.Event("result", new { Command = "records list", Programs = contents.Records.Length, Summaries = summaries.Select(Json) });
        return ExitCodes.Success;
    }

    private static TextTable Table(ImmutableArray<RecordSummary> summaries, bool byWorkload) => new(
        [
            new("workloads"), byWorkload ? new("sizes") : new("of them", true), new("programs", true), new("failed", true), new("best", true), new("measured"),
            new("control kernel", true),
        ],
        [
            .. summaries.Select(s => (ImmutableArray<string>)
            [
                s.Shape.Label,
                byWorkload ? string.Join('×', s.Shape.Extents) : $"{s.Workloads}",
                Figures.Count(s.Programs),
                s.Failures == 0 ? "" : Figures.Count(s.Failures),
                Best(s),
                s.Latest.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                s.ControlSpread is { } spread ? $"within {Figures.Percent(spread, 1)}" : "",
            ]),
        ]);

    private static string Best(RecordSummary summary) => summary switch
    {
        { Fastest: { } fastest, Slowest: { } slowest } when slowest > fastest => $"{Figures.Seconds(fastest)} … {Figures.Seconds(slowest)}",
        { Fastest: { } fastest } => Figures.Seconds(fastest),
        _ => "",
    };

    private static object Json(RecordSummary summary) => new
    {
        Target = summary.Conditions.TargetKey,
        summary.Conditions.Caches,
        summary.Shape.Family,
        summary.Shape.Extents,
        summary.Workloads,
        summary.Programs,
        summary.Failures,
        FastestSeconds = summary.Fastest,
        SlowestSeconds = summary.Slowest,
        Measured = summary.Latest,
        summary.ControlSpread,
    };
}
