using System.Globalization;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;
using CPrune.Reporting;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>Tells a run's events: a line a candidate, the phase at work in the progress.</summary>
internal sealed class RunNarrator(IOutput output, IProgress<WorkProgress> progress) : IProgress<RunEvent>
{
    /// <summary>
    /// Latency of the accepted model against the original's, chained (<see cref="LatencyChain"/>). Null where earlier candidates were not seen here.
    /// </summary>
    private double? _share = 1;

    /// <summary>Some of these ratios were foreseen, and have no upper end.</summary>
    private bool _isForeseen;

    /// <summary>Ratios of probes by candidate, until one is chosen.</summary>
    private readonly Dictionary<int, double> _ratios = [];

    public void Report(RunEvent value)
    {
        switch (value)
        {
            case RunEvent.Resumed e:
                if (e.Candidates > 0) _share = null;
                output.Line(e.Candidates > 0
                    ? $"Going on with an earlier run: {e.Candidates} candidates in {Durations.Text(e.Elapsed)} so far."
                    : "Going on from what is known of the original.");
                output.Event("resumed", new { e.Candidates, ElapsedSeconds = e.Elapsed.TotalSeconds });
                break;
            case RunEvent.TimeLimitChanged e:
                output.Line($"The time limit is {e.Limit} from here on{(e.WalkGoesOn ? ", and the walk goes on" : "")}.");
                output.Event("time-limit", e);
                break;
            case RunEvent.PhaseStarted e:
                progress.Report(new WorkProgress(0, e.Detail, e.Phase));
                output.Event("phase", new { e.Phase, e.Detail });
                break;
            case RunEvent.PhaseAdvanced e:
                progress.Report(new WorkProgress(e.Planned > 0 ? e.Done / e.Planned : 0, Advanced(e), e.Phase));
                break;
            case RunEvent.OriginalMeasured e:
                output.Line($"Original: {Figures.Seconds(e.LatencySeconds)}, top-1 {Figures.Percent(e.TestTop1)} on the test set, {Figures.Percent(e.SelectionTop1)} on the selection split{(e.SelectionFloor > 0 ? $" (floor there {Figures.Percent(e.SelectionFloor)})" : "")}.");
                output.Event("original", e);
                break;
            case RunEvent.DeadFiltersFound e:
                if (e.AreRemoved) _share *= e.Ratio;
                foreach (var line in DeadFilterLines.Of(e.Filters)) output.Line(line, Tone.Faint);
                output.Line($"{Figures.Count(e.Filters.Length)} filters are dead: {e.Reason}.", e.AreRemoved ? Tone.Good : Tone.Faint);
                output.Event("dead-filters", e);
                break;
            case RunEvent.CandidateTried e:
                _isForeseen |= e.Candidate is { Ratio: not null, RatioHigh: null };
                if (e.Candidate.Verdict == Verdict.Accepted) _share *= LatencyChain.Link(e.Candidate);
                if (e.Candidate.Verdict == Verdict.Probed) _ratios[e.Candidate.Number] = LatencyChain.Link(e.Candidate);
                output.Line(Candidate(e), ToneOf(e.Candidate.Verdict));
                output.Event("candidate", new { e.Candidate, e.AcceptedLatencySeconds, e.AcceptedTop1 });
                break;
            case RunEvent.ProbeAccepted e:
                _share *= _ratios.GetValueOrDefault(e.Candidate, double.NaN);
                output.Line($"    accepted: candidate {e.Candidate}, the most accurate of its round, top-1 {Figures.Percent(e.AcceptedTop1)}; now {Now(e.AcceptedLatencySeconds)}", Tone.Good);
                output.Event("probe-accepted", e);
                break;
            case RunEvent.SecondWindEnded e:
                output.Line($"    trained longer for room above the floor: top-1 {Figures.Percent(e.SelectionTop1)} on the selection split");
                output.Event("second-wind", e);
                break;
            case RunEvent.GateRelaxed e:
                output.Line($"Nothing is left that keeps enough accuracy; from here on a cut has to keep {Figures.Percent(e.Alpha, 1)} of it.");
                output.Event("gate-relaxed", e);
                break;
        }
    }

    private string Candidate(RunEvent.CandidateTried e)
    {
        var c = e.Candidate;
        var measured = c switch
        {
            { Ratio: { } ratio, RatioLow: { } low, RatioHigh: { } high } => string.Create(CultureInfo.InvariantCulture, $", time × {ratio:0.000} [{low:0.000}, {high:0.000}]"),
            { Ratio: { } foreseen } => string.Create(CultureInfo.InvariantCulture, $", time × {foreseen:0.000} foreseen"),
            _ => "",
        };
        var accuracy = c.SelectionTop1 is { } top1 ? $", top-1 {Figures.Percent(top1)}{Change(c.AccuracyChange)}" : "";
        var now = c.Verdict != Verdict.Accepted ? $"; {c.Reason.TrimEnd('.')}"
            : $"; now {Now(e.AcceptedLatencySeconds)}";
        return $"{c.Number,3} {Word(c.Verdict),-13} −{c.Step} of {c.TaskLabel}{measured}{accuracy}{now}";
    }

    private string Now(double seconds) => _share is { } share && double.IsFinite(share)
        ? $"{(_isForeseen ? "about" : "at least")} {Figures.Ratio(1 / share)} the original's speed"
        : Figures.Seconds(seconds);

    /// <summary>In points, with its interval.</summary>
    private static string Change(PairedDifference? change) => change is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({change.Change * 100:+0.00;−0.00} [{change.Low * 100:+0.00;−0.00}, {change.High * 100:+0.00;−0.00}])");

    private static string Advanced(RunEvent.PhaseAdvanced e) =>
        string.Create(CultureInfo.InvariantCulture, $"{e.Done:N0}/{e.Planned:N0} {e.Unit}{(e.Detail.Length > 0 ? ", " : "")}{e.Detail}");

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "accepted",
        Verdict.TooSlow => "not faster",
        Verdict.TooInaccurate => "less accurate",
        Verdict.Probed => "passed",
        _ => "failed",
    };

    private static Tone ToneOf(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => Tone.Good,
        Verdict.Failed => Tone.Bad,
        _ => Tone.Faint,
    };
}
