using CPrune.Graph;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>The original's answers.</summary>
/// <param name="HeldOut">On the held-out images: what the floor is meant on.</param>
/// <param name="Selection">On the selection part, a bit an image.</param>
/// <param name="SelectionTop1">On the selection part.</param>
/// <param name="SecondsPerImage">That the training library took to answer one.</param>
public sealed record OriginalAnswers(HeldOutReading HeldOut, byte[] Selection, double SelectionTop1, double SecondsPerImage);

/// <summary>The original, judged and tuned: what every run begins with.</summary>
/// <param name="Trials">Programs measured.</param>
public sealed record Original(OriginalAnswers Answers, JudgedModel Judged, int Trials)
{
    /// <summary>Top-1 that may be lost on the test set, a share; 1 if accuracy is no condition.</summary>
    internal double AllowedLoss(Goal goal) => goal.Floor is { } floor ? Answers.HeldOut.TestTop1 - floor.On(Answers.HeldOut.TestTop1) : 1;
}

/// <summary>Stage 1 of the method: can this model be pruned, how accurate is it, and what is its table C.</summary>
internal static class OriginalStages
{
    private const string ReadStep = "original: accuracy";
    private const string TuneStep = "original: tuning";

    /// <exception cref="UserErrorException">Kind Goal: the floor is above the model's own accuracy. Kind Model: nothing can be pruned.</exception>
    public static async Task<Original> ExecuteAsync(RunContext run, CancellationToken cancellation)
    {
        var answers = Read(run, cancellation);
        var (model, trials) = await TuneAsync(run, cancellation).ConfigureAwait(false);
        return new Original(answers, new JudgedModel(model, 1, answers.SelectionTop1, answers.Selection, "the original"), trials);
    }

    /// <summary>Wall seconds that the checks at the end are foreseen to take: the result is read, tuned and timed as the original was.</summary>
    public static double SecondsOfTheEnd(RunContext run) =>
        run.Steps.SecondsOf(ReadStep) + run.Steps.SecondsOf(TuneStep) + Conclusion.SecondsOfTiming(run.Request);

    private static OriginalAnswers Read(RunContext run, CancellationToken cancellation)
    {
        try
        {
            return run.Steps.Do(ReadStep, scope =>
            {
                RequirePrunable(run.Original);
                RequireJudgeable(run.Original, run.Saliency);
                run.Advance(PhaseClock.Evaluating, "the original's accuracy");
                var answers = scope.Clock.Time(PhaseClock.Evaluating, () => Answers(run, cancellation));
                run.Progress.Report(new RunEvent.OriginalRead(answers.HeldOut.TestTop1, answers.HeldOut.UnseenTop1, answers.SelectionTop1));
                return answers;
            });
        }
        catch (UserErrorException)
        {
            run.Discard();
            throw;
        }
    }

    private static OriginalAnswers Answers(RunContext run, CancellationToken cancellation)
    {
        var heldOut = HeldOutReading.Of(run, run.Request.ModelBytes, run.Original, cancellation);
        RequireReachable(run.Request, heldOut.TestTop1);
        var start = run.Services.Clock.GetTimestamp();
        var selection = run.Accuracy.OnSelection(run.Original, cancellation);
        var seconds = run.Services.Clock.GetElapsedTime(start).TotalSeconds;
        return new OriginalAnswers(heldOut, Runs.Answers.Pack(selection.Correct), selection.Top1, seconds / Math.Max(1, selection.Correct.Count));
    }

    private static async Task<(RunModel Model, int Trials)> TuneAsync(RunContext run, CancellationToken cancellation)
    {
        var tuned = await run.Steps.DoAsync(TuneStep, async scope =>
        {
            run.Advance(PhaseClock.Tuning, "the original");
            var (model, trials) = await scope.Clock.TimeAsync(PhaseClock.Tuning, () => run.Latency.TuneAsync(
                run.Original, null, run.Request.Settings.Trials, TuningLimit(run.Request), Relay(run), cancellation)).ConfigureAwait(false);
            var latency = await scope.Clock.TimeAsync(PhaseClock.Measuring, () => run.Latency.MeasureAsync(model, cancellation)).ConfigureAwait(false);
            run.Progress.Report(new RunEvent.OriginalMeasured(latency.Median));
            return new Tuned(RunModel.Of(RunStore.OriginalModel, model, latency.Median), trials);
        }).ConfigureAwait(false);
        return (tuned.Model, tuned.Trials);
    }

    /// <summary>Both sides of the comparison may be tuned for as long.</summary>
    internal static TimeSpan? TuningLimit(PruneRequest request) => request.TimeLimit * request.Settings.TuningShare;

    /// <summary>Passes the tuner's progress on as the run's.</summary>
    internal static IProgress<TuningProgress> Relay(RunContext run) => new Relay<TuningProgress>(p => run.Advance(
        PhaseClock.Tuning, $"{p.TrialsDone}/{p.TrialsPlanned} programs, {p.TaskLabel}; model about {p.EstimatedModelSeconds * 1e3:F3} ms"));

    private static void RequireReachable(PruneRequest request, double own)
    {
        switch (request.Goal.Floor)
        {
            case AccuracyFloor.AtLeast(var asked) when asked > own:
                throw new UserErrorException(
                    UserErrorKind.Goal,
                    $"the accuracy asked for, {asked:P2}, is above the model's own: {own:P2} on the {request.Data.Test.Count} test images; ask for at most that");
            case AccuracyFloor.LosingAtMost(var loss) when loss >= own:
                throw new UserErrorException(
                    UserErrorKind.Goal,
                    $"the model's own accuracy is {own:P2}: {loss * 100:0.##} points cannot be lost of it; give a smaller --max-drop");
        }
    }

    private static void RequireJudgeable(ModelGraph model, ISaliency saliency)
    {
        if (saliency.Obstacle(model) is { } obstacle)
        {
            throw new UserErrorException(
                UserErrorKind.Model, $"saliency '{saliency.Name}' cannot judge model '{model.Name}': {obstacle}; take another, such as l1");
        }
    }

    private static void RequirePrunable(ModelGraph model)
    {
        var groups = PruningGraph.Analyze(model).Groups;
        if (groups.Any(g => g.Prunable)) return;
        var reason = groups.Select(g => g.FrozenReason).FirstOrDefault(r => r is not null) ?? "it has no convolution or dense layer";
        throw new UserErrorException(
            UserErrorKind.Model, $"nothing in model '{model.Name}' can be pruned: {reason}; `cprune inspect` lists every layer with its reason");
    }

    private sealed record Tuned(RunModel Model, int Trials);
}
