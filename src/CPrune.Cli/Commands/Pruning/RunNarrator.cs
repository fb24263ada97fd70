using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Pruning.Runs;
using CPrune.Reporting;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>Tells a run's events: a line a candidate, and one progress of the whole run with the best so far.</summary>
/// <param name="request">Whose run it is.</param>
internal sealed class RunNarrator(IOutput output, IProgress<WorkProgress> progress, PruneRequest request) : IProgress<RunEvent>
{
    private double _fraction;
    private bool _isSpeedTold;
    private double? _original;
    private double _best = 1;

    public void Report(RunEvent value)
    {
        switch (value)
        {
            case RunEvent.Resumed e:
                output.Line($"Going on with an earlier run: {e.Steps} steps in {Durations.Text(e.Elapsed)} so far.");
                output.Event("resumed", new { e.Steps, ElapsedSeconds = e.Elapsed.TotalSeconds });
                if (request.TimeLimit is { } limit) Show(e.Elapsed / limit, "going on", null);
                break;
            case RunEvent.TimeLimitChanged e:
                output.Line($"The time limit is {e.Limit} from here on{(e.GoesOn ? ", and the search goes on" : "")}.");
                output.Event("time-limit", e);
                break;
            case RunEvent.Said e:
                output.Line(e.Text);
                output.Event("note", e);
                break;
            case RunEvent.Advanced e:
                Advance(e);
                break;
            case RunEvent.OriginalRead e:
                Tell(e);
                break;
            case RunEvent.OriginalMeasured e:
                _original = e.LatencySeconds;
                output.Line($"Original, tuned: {Figures.Seconds(e.LatencySeconds)} an image.");
                output.Event("original", e);
                break;
            case RunEvent.DeadFiltersFound e:
                foreach (var line in DeadFilterLines.Of(e.Filters)) output.Line(line, Tone.Faint);
                output.Line($"{Figures.Count(e.Filters.Length)} filters are dead: {e.Reason}.", e.AreRemoved ? Tone.Good : Tone.Faint);
                output.Event("dead-filters", e);
                break;
            case RunEvent.CandidateTried e:
                if (SpeedOf(e.Candidate) is { } speed) _best = Math.Max(_best, speed);
                output.Line(CandidateLine.Of(e.Candidate), CandidateLine.ToneOf(e.Candidate.Verdict));
                output.Event("candidate", e);
                break;
            case RunEvent.ProbeAccepted e:
                output.Line($"    accepted: candidate {e.Candidate}, the most accurate of its round", Tone.Good);
                output.Event("probe-accepted", e);
                break;
            case RunEvent.Ended:
                Show(1, "done", null);
                break;
        }
    }

    private void Tell(RunEvent.OriginalRead e)
    {
        var floors = Floors.Of(request.Goal, e.TestTop1, e.UnseenTop1, e.SelectionTop1);
        output.Line(
            $"Original: top-1 {Figures.Percent(e.TestTop1)} on the test set ({Figures.Percent(e.UnseenTop1)} on its unseen part), " +
            $"{Figures.Percent(e.SelectionTop1)} on the selection part.");
        if (DataLines.OfGuessing(e.TestTop1, request.Data.Test.Count, request.Data.Test.ClassNames.Length) is { } warning) output.Line(warning, Tone.Bad);
        if (floors is not null) output.Line($"Floor: {floors}.");
        // A loss that was given was judged before the original was read.
        var coarse = floors is not null && request.Goal.Floor is AccuracyFloor.AtLeast
            ? Coarseness.Sentence(request.Data, e.TestTop1 - floors.Test)
            : null;
        if (coarse is not null) output.Line(coarse);
        output.Event("original-accuracy", new { e.TestTop1, e.UnseenTop1, e.SelectionTop1, Floor = floors, Coarse = coarse });
    }

    /// <summary>A planned search's candidates are timed against the original, a walk's against the accepted model.</summary>
    private double? SpeedOf(CandidateRecord candidate) => candidate.Verdict != Verdict.Accepted ? null
        : Speeds.IsPlanned(request.Policy) ? 1 / candidate.Ratio
        : _original / candidate.LatencySeconds;

    private void Advance(RunEvent.Advanced e)
    {
        if (!_isSpeedTold && request.TimeLimit is null && e.ImagesPerSecond is { } speed)
        {
            _isSpeedTold = true;
            output.Line(TrainingEstimate.Sentence(PlannedTraining.Of(request), speed));
            output.Event("training-speed", new { ImagesPerSecond = speed });
        }

        var left = e.Left is { } time ? $", {Durations.Text(TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds)))} left" : "";
        var best = _best > 1 ? $", best so far {Figures.Ratio(_best)}" : "";
        Show(e.Fraction, $"{e.Detail}{left}{best}", e.Phase);
    }

    /// <summary>One progress of the whole run; it never goes back, and not past its end.</summary>
    private void Show(double fraction, string detail, string? phase)
    {
        _fraction = Math.Clamp(fraction, _fraction, 1);
        progress.Report(new WorkProgress(_fraction, detail, phase));
    }
}
