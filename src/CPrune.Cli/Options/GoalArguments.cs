using System.CommandLine;
using System.Globalization;
using CPrune.Pruning.Runs;

namespace CPrune.Cli.Options;

/// <summary>What a run is to reach: an accuracy (a floor, or how much may be lost of what the model has), a latency, or the whole trade-off.</summary>
internal sealed class GoalArguments
{
    private readonly Option<double?> _floor = Parsed.Share("--min-accuracy", "Top-1 on the test set that must be kept: 0.92 or 92%.");
    private readonly Option<double?> _drop = Parsed.Points("--max-drop", "Instead: percentage points of the model's own top-1 that may be lost, for example 1.0.");
    private readonly Option<double?> _budget = Parsed.Milliseconds("--latency-budget", "Instead: milliseconds an image may take; accuracy is not guaranteed.");
    private readonly Option<bool> _trace = new("--trace") { Description = "Instead, or down to an accuracy: the whole trade-off, a model at each point of it." };

    public void AddTo(Command command)
    {
        command.Options.Add(_floor);
        command.Options.Add(_drop);
        command.Options.Add(_budget);
        command.Options.Add(_trace);
        command.Validators.Add(result =>
        {
            Option[] given = [.. new Option[] { _floor, _drop, _budget, _trace }.Where(o => result.GetResult(o) is { Implicit: false })];
            if (given.Length == 0)
                result.AddError("say what is to be reached: give --min-accuracy (for example 92%), --max-drop (for example 1.0), --latency-budget (milliseconds) or --trace");
            else if (given.Length > 2 || (given.Length == 2 && (given[1] != _trace || given[0] == _budget)))
                result.AddError($"give {given[0].Name} or {given[1].Name}, not both");
        });
    }

    public Goal Of(ParseResult result)
    {
        if (result.GetValue(_budget) is { } milliseconds) return new Goal.Latency(milliseconds / 1e3);
        AccuracyFloor? floor = result.GetValue(_floor) is { } top1 ? new AccuracyFloor.AtLeast(top1)
            : result.GetValue(_drop) is { } points ? new AccuracyFloor.LosingAtMost(points / 100)
            : null;
        return floor is null || result.GetValue(_trace) ? new Goal.Trace(floor) : new Goal.Accuracy(floor);
    }

    /// <summary>The goal as it was given, for the run's identity.</summary>
    public IEnumerable<KeyValuePair<string, string>> Given(ParseResult result)
    {
        foreach (var option in new[] { _floor, _drop, _budget })
            if (result.GetValue(option) is { } value) yield return new(option.Name.TrimStart('-'), value.ToString(CultureInfo.InvariantCulture));
        if (result.GetValue(_trace)) yield return new(_trace.Name.TrimStart('-'), "yes");
    }
}
