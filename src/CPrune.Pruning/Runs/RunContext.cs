using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Saliency;
using CPrune.Training.Attribution;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>One process's work on a run: what was asked for, the durable steps, and the two sides that the steps work with.</summary>
public sealed class RunContext : IDisposable
{
    private readonly RunStore _store;
    private readonly string _scratch;

    private RunContext(PruneRequest request, PruneServices services, RunStore store, RunHeader header, IProgress<RunEvent> progress)
    {
        Request = request;
        Services = services;
        Header = header;
        Progress = progress;
        Steps = new DurableSteps(store, services.Clock);
        _store = store;
        _scratch = Directory.CreateTempSubdirectory("cprune-").FullName;
        Latency = new LatencySide(services, _scratch, request.Seed, request.Algorithms, request.Variants);
        Accuracy = new AccuracySide(request, services.Trainer);
        Teacher = new Teacher(request.Model);
        var isWalk = PolicyCatalog.WalkOrNull(request.Policy) is not null;
        var most = isWalk ? Math.Min(request.Limits.MaxLayerCut, request.Settings.WalkLayerCut) : request.Limits.MaxLayerCut;
        Floors = GroupFloors.Of(request.Model, most, [.. request.Limits.LayerCaps]);
    }

    public PruneRequest Request { get; }

    public PruneServices Services { get; }

    public RunHeader Header { get; private set; }

    public IProgress<RunEvent> Progress { get; }

    public DurableSteps Steps { get; }

    public LatencySide Latency { get; }

    public AccuracySide Accuracy { get; }

    /// <summary>The clock of the training; null before any.</summary>
    internal TrainingClock? Training { get; set; }

    /// <summary>How narrow groups may become.</summary>
    public GroupFloors Floors { get; }

    /// <summary>The user's model, every node named.</summary>
    public ModelGraph Original => Request.Model;

    /// <summary>The original as a teacher: its tuned library answers, once <see cref="TeachWith"/> was called.</summary>
    public Teacher Teacher { get; private set; }

    /// <summary>Has the original's tuned library answer for the teacher.</summary>
    internal void TeachWith(RunModel original) => Teacher = Teacher with { Library = Restore(original).SharedObject };

    /// <exception cref="UserErrorException">Kind Output: the folder cannot be used, or holds another run.</exception>
    public static RunContext Open(PruneRequest request, PruneServices services, IProgress<RunEvent> progress)
    {
        var target = services.Device.Target;
        var identity = RunIdentity.Of(request, target.Key);
        var store = RunStore.Open(request.OutputFolder);
        try
        {
            var stored = store.ReadHeader();
            if (stored.IsEmpty)
            {
                var header = new RunHeader(
                    request.ModelName, RunIdentity.Fingerprint(request.ModelBytes.Span), request.DataSpec, target.ToString(), request.Seed,
                    services.Clock.GetUtcNow(), request.Options.ToImmutableSortedDictionary(), request.Environment.ToImmutableSortedDictionary());
                stored = RunIdentity.WithHeader(identity, header);
                // The header comes last: a run that has one has begun.
                if (request.BeginsBehind is { } prepared) store.TakeOver(prepared);
                store.WriteHeader(stored, request.ModelBytes);
            }

            RunIdentity.Check(request.OutputFolder, stored, identity);
            var run = new RunContext(request, services, store, RunIdentity.HeaderOf(stored), progress);
            if (run.Steps.Remembered > 0)
                progress.Report(new RunEvent.Resumed(run.Steps.Remembered, TimeSpan.FromSeconds(run.Steps.RememberedSeconds)));
            run.FollowTimeLimit();
            return run;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Reads a model that a step has kept, or the user's.</summary>
    public ModelGraph Model(string name) => name == RunStore.OriginalModel ? Original : Steps.Model(name);

    /// <summary>Makes a model's library again from its recorded programs.</summary>
    public TunedModel Restore(RunModel model) => Latency.Restore(Model(model.Weights), model.Programs, model.Choices);

    /// <summary>What filters are judged by.</summary>
    public ISaliency Saliency => Services.Saliency ?? PolicyCatalog.SaliencyOf(Request.Policy);

    /// <summary>What saliencies look at in a model.</summary>
    /// <param name="images">How many of the selection part.</param>
    public SaliencyContext SaliencyOf(ModelGraph graph, int images, CancellationToken cancellation)
    {
        var sample = new ImageSample(Request.Data.Selection, Request.Data.Normalization, images, Request.Seed);
        return new SaliencyContext(graph, PruningGraph.Analyze(graph), new SaliencyImages(Services.Attribution, sample, cancellation));
    }

    /// <summary>Tells how far the run is: by time if it has a limit, otherwise by the images that were trained with of those planned.</summary>
    /// <param name="images">Of the part of the training that is at work.</param>
    internal void Advance(string phase, string detail, long images = 0)
    {
        var elapsed = Steps.SecondsUntilNow;
        var left = Request.TimeLimit is { } limit ? limit - TimeSpan.FromSeconds(elapsed) : (TimeSpan?)null;
        var fraction = Request.TimeLimit is { } all ? elapsed / all.TotalSeconds : TrainedShare(images);
        Progress.Report(new RunEvent.Advanced(
            Math.Clamp(fraction, 0, 1), left > TimeSpan.Zero ? left : null, phase, detail, Training?.ImagesPerSecond));
    }

    private double TrainedShare(long images)
    {
        var planned = PlannedTraining.Of(Request).AtMost(Request.Settings.MaxIterations);
        return planned == 0 ? 0 : ((Training?.Seen ?? 0) + images) / (double)planned;
    }

    /// <summary>Takes back a run that could not begin.</summary>
    public void Discard() => _store.Discard();

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    /// <summary>
    /// The same command with another time limit goes on with the run. What was decided stays, but for what followed from the old limit: the last
    /// training, and the end.
    /// </summary>
    private void FollowTimeLimit()
    {
        var (before, now) = (RunIdentity.TimeLimitOf(Header.Options), RunIdentity.TimeLimitOf(Request.Options));
        if (before == now) return;
        var goesOn = Steps.ForgetWhatFollowedTheLimit();
        Header = RunIdentity.WithTimeLimit(Header, now);
        _store.SetHeader(RunIdentity.HeaderField, RunIdentity.Text(Header));
        Progress.Report(new RunEvent.TimeLimitChanged(now, goesOn));
    }
}
