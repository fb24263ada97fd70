using System.Collections.Immutable;
using System.CommandLine;
using CPrune.Cli.Commands.Inspecting;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Surgery;
using CPrune.Reporting;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune inspect</c>: table C, and what can be cut. Measures nothing: times come from earlier tuning, where there was any.</summary>
internal sealed class InspectCommand : Command
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly ModelArguments _model = new();
    private readonly TargetArguments _target = new();
    private readonly Option<string> _stepRule = StepRuleArgument.Option();
    private readonly ComputationOptions _computation = new();
    private readonly OutputArguments _output = new();

    public InspectCommand(CliEnvironment environment, IWorkshop workshop) : base("inspect", "Show a model's tasks, their fastest programs, and what can be cut of them.")
    {
        (_environment, _workshop) = (environment, workshop);
        _model.AddTo(this);
        _target.AddTo(this);
        Options.Add(_stepRule);
        _computation.AddTo(this);
        _output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        var output = _output.Open(result, _environment);
        var model = _model.Read(result, output);
        var target = _workshop.FindTarget(_target.Name(result), _target.Threads(result));
        var alternatives = _computation.Alternatives(model.Graph, target, result);
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var layers = TuningWork.FromRecords(alternatives, new Conditions(target.Key, _workshop.CachesFor(alternatives)), records.Value).Layers;
        var rows = TableC.Of(model.Graph, layers, StepRuleArgument.RuleOf(result.GetRequiredValue(_stepRule)), target);

        var untuned = layers.Count(l => l.Seconds is null);
        var macs = layers.Sum(l => (double)l.Layer.Macs * l.Layer.Multiplicity);
        output.Line($"{model.Name}: {Figures.Count(GraphStatistics.Parameters(model.Graph))} parameters, {Figures.Short(macs)} MACs, {layers.Sum(l => l.Layer.Multiplicity)} subgraphs in {layers.Length} tasks.", Tone.Heading);
        output.Line($"Target: {target}", Tone.Faint);
        if (untuned > 0) output.Line($"{untuned} of {layers.Length} tasks are untuned on this target: their steps are read off default programs. Tune them with 'cprune tune {model.Path}'.", Tone.Faint);
        output.Table(Table(rows));
        foreach (var line in LeftAlone([.. rows.SelectMany(r => r.Coupled).DistinctBy(g => g.Id)])) output.Line(line);
        var dead = DeadFilters.Remove(model.Graph).Removed;
        if (!dead.IsEmpty) output.Line($"Filters that make no difference, which 'cprune prune' removes first: {dead.Length}.");
        foreach (var line in DeadFilterLines.Of(dead)) output.Line(line);
        output.Event("result", new { Command = Name, Model = model.Path, Target = target.Key, Parameters = GraphStatistics.Parameters(model.Graph), Untuned = untuned, Tasks = Json(rows), DeadFilters = dead });
        return ExitCodes.Success;
    }

    private static TextTable Table(ImmutableArray<TableCRow> rows) => new(
        [
            new("task"), new("×", true), new("MACs", true), new("time", true), new("filters"), new("step", true), new("coupled channels"), new("program"),
        ],
        [
            .. rows.Select(r => (ImmutableArray<string>)
            [
                r.Programs.Layer.Label,
                $"{r.Programs.Layer.Multiplicity}",
                Figures.Short(r.Programs.Layer.Macs),
                r.Programs.TotalSeconds is { } seconds ? Figures.Seconds(seconds) : "untuned",
                r.Factors ?? "",
                r.Step is { } step ? $"{step.Filters}" : "–",
                r.Reason ?? Coupling(r.Coupled),
                r.Programs.Main.Schedule?.ToString() ?? "default",
            ]),
        ]);

    /// <summary>A line for each reason; where only some of a layer's channels are left alone, with their number.</summary>
    private static IEnumerable<string> LeftAlone(ImmutableArray<ChannelGroup> groups)
    {
        var shrinking = groups.Where(g => g.Prunable).SelectMany(g => g.Layers).ToHashSet(StringComparer.Ordinal);
        foreach (var alone in groups.Where(g => !g.Prunable).GroupBy(g => g.FrozenReason))
        {
            var whole = alone.SelectMany(g => g.Layers).Where(l => !shrinking.Contains(l)).Distinct(StringComparer.Ordinal).ToImmutableArray();
            if (!whole.IsEmpty) yield return $"Left alone, because {alone.Key}: {Layers(whole)}.";
            foreach (var group in alone.Where(g => g.Layers.Any(shrinking.Contains)))
                yield return $"Left alone, because {alone.Key}: {group.Channels} of the channels of {Layers(group.Layers)}.";
        }
    }

    private static string Coupling(ImmutableArray<ChannelGroup> groups)
    {
        var tied = groups.Where(g => g.Prunable && g.Layers.Length > 1).ToList();
        return tied.Count == 0 ? "none" : string.Join("; ", tied.Select(g => $"{g.Channels} of {Layers(g.Layers)}"));
    }

    private static string Layers(ImmutableArray<string> layers) =>
        layers.Length <= 3 ? string.Join(", ", layers) : $"{layers[0]}, {layers[1]} and {layers.Length - 2} more";

    private static object[] Json(ImmutableArray<TableCRow> rows) =>
    [
        .. rows.Select(r => new
        {
            Task = r.Programs.Layer.Label,
            Subgraphs = r.Programs.Layer.Layers,
            r.Programs.Layer.Macs,
            r.Programs.Seconds,
            r.Programs.TotalSeconds,
            Schedule = r.Programs.Main.Schedule?.ToString(),
            Kernels = TaskTables.KernelsJson(r.Programs),
            r.Factors,
            Step = r.Step?.Filters,
            StepExplanation = r.Step?.Explanation,
            r.Reason,
            Coupled = r.Coupled.Select(g => new { g.Channels, Layers = g.Layers, g.Prunable }),
        }),
    ];
}
