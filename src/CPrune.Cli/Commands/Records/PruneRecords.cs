using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Reporting;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Records;

/// <summary><c>cprune records prune</c>: removes records that no longer help.</summary>
internal sealed class PruneRecords : Command
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly Option<int?> _best = Parsed.OptionalInt("--best", $"Fastest programs to keep of each workload (with --sample; default {Thinning.Usual.Best}).");
    private readonly Option<int?> _sample = Parsed.OptionalInt(
        "--sample", $"Other programs to keep of each workload, spread over their speeds, for the cost model (with --best; default {Thinning.Usual.Sample}).");

    private readonly Option<DateTimeOffset?> _before = Parsed.Date("--before", "Remove all that was measured before this day (UTC).");
    private readonly MachineFilter _only = new("--only-target", "Remove the records of all targets but this one");
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would go, and remove nothing." };
    private readonly OutputArguments _output = new();

    public PruneRecords(CliEnvironment environment, IWorkshop workshop) : base(
        "prune", $"Remove records that no longer help. Without --best, --sample, --before and --only-target: --best {Thinning.Usual.Best} --sample {Thinning.Usual.Sample}.")
    {
        (_environment, _workshop) = (environment, workshop);
        Options.Add(_best);
        Options.Add(_sample);
        Options.Add(_before);
        _only.AddTo(this);
        Options.Add(_dryRun);
        _output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        var output = _output.Open(result, _environment);
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var (all, rules, dryRun) = (records.Value.Contents().Records, Rules(result), result.GetValue(_dryRun));
        var dropped = rules.Dropped(all);
        if (!dryRun && !dropped.IsEmpty) records.Value.Remove(dropped);
        var verb = dryRun ? "Would remove" : "Removed";
        output.Line($"{verb} {Figures.Count(dropped.Length)} of {Figures.Count(all.Length)} programs.", Tone.Good);
        output.Event("result", new { Command = "records prune", DryRun = dryRun, Removed = dropped.Length, Kept = all.Length - dropped.Length });
        return ExitCodes.Success;
    }

    private RecordPruning Rules(ParseResult result)
    {
        var (best, sample, before, only) = (result.GetValue(_best), result.GetValue(_sample), result.GetValue(_before), _only.Machine(result, _workshop));
        var thins = best is not null || sample is not null || (before is null && only is null);
        return new RecordPruning(
            thins ? new Thinning(best ?? Thinning.Usual.Best, sample ?? Thinning.Usual.Sample) : null, before, only);
    }
}
