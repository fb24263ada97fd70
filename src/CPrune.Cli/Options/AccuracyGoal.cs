using System.CommandLine;
using CPrune.Graph;

namespace CPrune.Cli.Options;

/// <summary>The accuracy that must be kept: a floor, or how much may be lost of what the model has.</summary>
internal sealed class AccuracyGoal
{
    private readonly Option<double?> _floor = Parsed.Share("--min-accuracy", "Top-1 on the test set that must be kept: 0.92 or 92%.");
    private readonly Option<double?> _drop = Parsed.Points("--max-drop", "Instead: percentage points of the model's own top-1 that may be lost, for example 1.0.");

    public void AddTo(Command command)
    {
        command.Options.Add(_floor);
        command.Options.Add(_drop);
        command.Validators.Add(result =>
        {
            var (floor, drop) = (result.GetResult(_floor) is { Implicit: false }, result.GetResult(_drop) is { Implicit: false });
            if (floor == drop) result.AddError(floor ? "give --min-accuracy or --max-drop, not both" : "say what accuracy must be kept: give --min-accuracy (for example 92%) or --max-drop (for example 1.0)");
        });
    }

    /// <summary>The floor as a share.</summary>
    /// <param name="ownAccuracy">Measures the model's own top-1 on the test set; only called where the goal is relative to it.</param>
    /// <exception cref="UserErrorException">Kind Goal: more may be lost than there is.</exception>
    public double Floor(ParseResult result, Func<double> ownAccuracy)
    {
        if (result.GetValue(_floor) is { } floor) return floor;
        var drop = result.GetValue(_drop)!.Value / 100;
        var own = ownAccuracy();
        return own > drop
            ? own - drop
            : throw new UserErrorException(UserErrorKind.Goal, $"the model's own accuracy is {own:P2}: {drop * 100} points cannot be lost of it; give a smaller --max-drop");
    }

    /// <summary>The goal as it was given, for the run's identity.</summary>
    public KeyValuePair<string, string> Given(ParseResult result) => result.GetValue(_floor) is { } floor
        ? new("min-accuracy", FormattableString.Invariant($"{floor}"))
        : new("max-drop", FormattableString.Invariant($"{result.GetValue(_drop)}"));
}
