using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;

namespace CPrune.Pruning.Runs;

/// <summary>
/// The first stage: can this model be pruned at all, is the floor within its reach, and how much training fits the time. The original's accuracy on the
/// test set is read here because the floor is meant on it, and a rehearsed cut's because it tells how to read accuracies; the walk never reads that set.
/// </summary>
internal static class JudgeOriginal
{
    public static void Execute(RunSession session, CancellationToken cancellation)
    {
        RequirePrunable(session.Original);
        RequireJudgeable(session.Original, session.Services.Saliency);
        if (session.State.Read is null) Read(session, cancellation);
        var read = session.State.Read!;
        var rehearsed = new Rehearsal(session, cancellation).Execute();
        var floor = SelectionScale.Of(read.TestTop1, read.SelectionTop1, rehearsed).OnSelection(session.Request.Goal.MinAccuracy);
        session.Append(
            new JournalEntry.OriginalJudged(read.SelectionTop1, read.TestTop1, floor, session.State.Plan!) { Rehearsal = rehearsed, Answers = read.Answers },
            dropped: Rehearsal.Blobs(session.State));
    }

    private static void Read(RunSession session, CancellationToken cancellation)
    {
        var (request, clock) = (session.Request, session.Clock);
        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Evaluating, "the original's accuracy"));
        var test = request.TestTop1 ?? clock.Time(PhaseClock.Evaluating, () => session.Judgement(request.ModelBytes, session.Original, cancellation));
        if (request.Goal.MinAccuracy > test)
        {
            throw new UserErrorException(
                UserErrorKind.Goal,
                $"the accuracy asked for, {request.Goal.MinAccuracy:P2}, is above the model's own: {test:P2} on the {request.Data.Test.Count} test images; ask for at most that");
        }

        var answers = clock.Time(PhaseClock.Evaluating, () => session.Accuracy.AnswersOnSelection(session.Original, cancellation));
        var speed = clock.Time(PhaseClock.Training, () => session.Accuracy.ImagesPerSecond(session.Original, session.Services.Clock, cancellation));
        var plan = TimePlan.Of(request.Training, request.TimeLimit, speed, request.Data.Train.Count);
        session.Append(new JournalEntry.OriginalRead(answers.Top1, test, Answers.Pack(answers.Correct), plan));
    }

    private static void RequireJudgeable(ModelGraph model, ISaliency saliency)
    {
        if (saliency.Obstacle(model) is { } obstacle)
            throw new UserErrorException(UserErrorKind.Model, $"saliency '{saliency.Name}' cannot judge model '{model.Name}': {obstacle}; take another, such as l1");
    }

    private static void RequirePrunable(ModelGraph model)
    {
        var groups = PruningGraph.Analyze(model).Groups;
        if (groups.Any(g => g.Prunable)) return;
        var reason = groups.Select(g => g.FrozenReason).FirstOrDefault(r => r is not null) ?? "it has no convolution or dense layer";
        throw new UserErrorException(UserErrorKind.Model, $"nothing in model '{model.Name}' can be pruned: {reason}; `cprune inspect` lists every layer with its reason");
    }
}
