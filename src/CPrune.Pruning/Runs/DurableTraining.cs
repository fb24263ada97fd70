using CPrune.Graph;
using CPrune.Pruning.Durable;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>How a model is trained.</summary>
/// <param name="Rate">Peak learning rate.</param>
/// <param name="Batch">Images of one step.</param>
/// <param name="Teacher">Whose soft labels and hints are learned, too; null for nobody's.</param>
internal sealed record TrainingWay(double Rate, LearningRateSchedule Schedule, int Batch, Teacher? Teacher);

/// <summary>What a training came to.</summary>
/// <param name="Weights">Name of the trained model in the run's store.</param>
/// <param name="Images">Seen.</param>
/// <param name="Failure">Why it ended early; null if it did not.</param>
internal sealed record TrainedWeights(string Weights, long Images, string? Failure);

/// <summary>
/// A training whose parts are durable steps: a kill loses one part at most. How long each part is follows from the speed measured so far, so that a
/// training with a time limit ends in time, whatever else the machine does. The learning rate follows its schedule over the whole training.
/// </summary>
internal sealed class DurableTraining(RunContext run, TrainingClock clock)
{
    /// <summary>Seconds of a part: what a kill may cost.</summary>
    private const double SecondsOfAPart = 60;

    /// <summary>Seconds of the first part of a training: the speed was measured on another model, which may be wider or narrower.</summary>
    private const double SecondsOfTheFirst = 6;

    /// <summary>Steps of the first part if no speed is known yet: enough to measure it.</summary>
    private const int FirstSteps = 6;

    /// <param name="name">Of the training, different for each of the run.</param>
    /// <param name="weights">Name of the model that it begins with.</param>
    /// <param name="images">Images that the training may still see, asked before every part; null while that is not known.</param>
    /// <returns>The last good weights if the loss is no longer a number.</returns>
    public TrainedWeights Run(string name, string weights, TrainingWay way, Func<long?> images, CancellationToken cancellation)
    {
        run.Training = clock;
        var (into, done, seen) = ($"{name}: weights", 0.0, 0L);
        for (var number = 1; done < 1; number++)
        {
            // The first steps of all are slow, because everything is set up in them: the speed is measured once more.
            var isSlow = number == 1 || (number == 2 && done == 0);
            var (size, to) = SizeOf(way.Batch, images(), done, isSlow ? SecondsOfTheFirst : SecondsOfAPart);
            if (size == 0) break;
            var (from, part, begun) = (weights, number, done);
            var trained = run.Steps.Do($"{name}: part {number}", scope => Execute(name, from, into, way, new Plan(part, size, begun, to), scope, cancellation));
            clock.Note(trained.Images, trained.Seconds);
            if (trained.Failure is { } failure) return new TrainedWeights(weights, seen, failure);
            (weights, done, seen) = (into, trained.To, seen + trained.Images);
        }

        return new TrainedWeights(weights, seen, null);
    }

    private (long Images, double To) SizeOf(int batch, long? left, double done, double seconds)
    {
        var longest = clock.ImagesPerSecond is { } speed ? (long)(speed * seconds) : FirstSteps * (long)batch;
        if (left is null) return (longest, done);
        var all = left.Value / batch * batch;
        if (all == 0) return (0, 1);
        var size = Math.Max(batch, longest / batch * batch);
        // No crumb at the end.
        return all < size * 3 / 2 ? (all, 1) : (size, done + ((1 - done) * size / all));
    }

    private TrainedPart Execute(
        string name, string from, string into, TrainingWay way, Plan plan, StepScope scope, CancellationToken cancellation)
    {
        var start = run.Services.Clock.GetTimestamp();
        var progress = new Relay<TrainingProgress>(p => run.Advance(
            PhaseClock.Training, $"{name}: {p.ImagesDone:N0} of {p.ImagesPlanned:N0} images, loss {p.Loss:F3}", p.ImagesDone));
        // While nothing is known of the speed, the rate stays where it begins.
        var share = plan.To > plan.From ? (plan.From, plan.To) : (0, 1);
        var schedule = plan.To > plan.From ? way.Schedule : LearningRateSchedule.Constant;
        var part = new TrainingPart(plan.Images, share, way.Rate, schedule, way.Batch, SeedOf(name, plan.Number));
        try
        {
            var trained = scope.Clock.Time(PhaseClock.Training, () => run.Accuracy.Train(run.Model(from), way.Teacher, part, progress, cancellation));
            scope.Keep(into, trained);
            return new TrainedPart(plan.Images, plan.To, run.Services.Clock.GetElapsedTime(start).TotalSeconds, null);
        }
        catch (TrainingDivergedException e)
        {
            return new TrainedPart(0, 1, 0, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>The same in every process, and different for every part, so that no part sees the images of another one.</summary>
    private int SeedOf(string name, int number)
    {
        var seed = 17;
        foreach (var letter in name) seed = unchecked((seed * 31) + letter);
        return unchecked((((run.Request.Seed * 7919) + seed) * 1_000_003) + number);
    }

    private sealed record Plan(int Number, long Images, double From, double To);

    private sealed record TrainedPart(long Images, double To, double Seconds, string? Failure);
}
