using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Training.Attribution;

namespace CPrune.Pruning.Runs;

/// <summary>One sitting of a run: the store, the state so far, and the two sides that work on it.</summary>
public sealed class RunSession : IDisposable
{
    /// <summary>Images of the selection split that a saliency may judge by: as many as make neighbouring scores steady, for about the time of one evaluation.</summary>
    private const int ImagesOfSaliency = 512;

    private readonly RunStore _store;
    private readonly string _scratch;
    private SaliencyContext? _saliencyContext, _originalContext;

    private RunSession(PruneRequest request, PruneServices services, RunStore store, RunHeader header, IProgress<RunEvent> progress)
    {
        Request = request;
        Services = services;
        Header = header;
        Progress = progress;
        State = RunState.Of(store.ReadJournal());
        Clock = new PhaseClock(services.Clock);
        _store = store;
        _scratch = Directory.CreateTempSubdirectory("cprune-").FullName;
        Latency = new LatencySide(services, _scratch, request.Seed, request.Algorithms, request.Variants);
        Accuracy = new AccuracySide(request, services.Trainer);
    }

    public PruneRequest Request { get; }

    public PruneServices Services { get; }

    public RunHeader Header { get; }

    public IProgress<RunEvent> Progress { get; }

    public RunState State { get; private set; }

    public PhaseClock Clock { get; }

    public LatencySide Latency { get; }

    public AccuracySide Accuracy { get; }

    /// <summary>The user's model, every node named.</summary>
    public ModelGraph Original => Request.Model;

    /// <exception cref="UserErrorException">Kind Output: the folder cannot be used, or holds another run.</exception>
    public static RunSession Open(PruneRequest request, PruneServices services, IProgress<RunEvent> progress)
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
                store.WriteHeader(stored, request.ModelBytes);
            }

            RunIdentity.Check(request.OutputFolder, stored, identity);
            if (request.BeginsBehind is { } prepared && store.ReadJournal().IsEmpty) store.TakeOver(prepared);
            var session = new RunSession(request, services, store, RunIdentity.HeaderOf(stored), progress);
            if (session.State.Judged is not null)
                progress.Report(new RunEvent.Resumed(session.State.Candidates.Length, TimeSpan.FromSeconds(session.State.ElapsedSeconds)));
            ChangedTimeLimit.Follow(session);
            return session;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Makes a decision durable; the model it names is stored with it, and what it leaves behind is dropped.</summary>
    public void Append(JournalEntry entry, (string Name, ModelGraph Graph)? model = null, IEnumerable<string>? dropped = null)
    {
        var timed = entry with { Phases = Clock.Take() };
        _store.Append(timed, model is { } m ? (m.Name, OnnxFile.ToBytes(m.Graph)) : null, dropped);
        State = State.With(timed);
    }

    /// <summary>For accuracies, as wide as it is by now.</summary>
    public AccuracyGate Gate => State.Relaxed is { Alpha: var wider } ? FirstGate with { Alpha = wider } : FirstGate;

    /// <summary>For accuracies, as the walk begins with it. Only there once the original is judged.</summary>
    public AccuracyGate FirstGate => new(Request.Limits.Alpha ?? AccuracyGate.FirstAlpha(State.Judged!.TestTop1, Request.Goal.MinAccuracy), Request.Goal.MinAccuracy);

    /// <summary>Of the accepted model on the selection split; null in journals from before they were kept.</summary>
    internal IReadOnlyList<bool>? AcceptedAnswers() =>
        State.Accepted[^1].Answers is { Length: > 0 } packed ? Answers.Unpack(packed, Request.Data.Selection.Count) : null;

    /// <summary>Top-1 on the test set that is promised: the referee's, of the file as it is written, where there is one.</summary>
    internal double Judgement(ReadOnlyMemory<byte> file, ModelGraph model, CancellationToken cancellation) =>
        Services.Reference?.Top1(file, Request.Data.Test, Request.Data.Normalization, cancellation) ?? Accuracy.OnTest(model, cancellation);

    /// <summary>The time limit leaves no room for another candidate.</summary>
    internal bool WalkIsOver => TimePlan.WalkIsOver(
        Request.TimeLimit, State.ElapsedSeconds, TraceSeconds, State.Accepted.Count > 1, Request.Training.LongImages / State.TrainingSpeed);

    /// <summary>What the trade-off of the models accepted so far is still going to take, in seconds.</summary>
    internal double TraceSeconds => Request.WithTrace && State.Plan is { } plan
        ? Math.Max(0, State.Accepted.Count - Math.Max(1, State.TracedModels)) * (TraceStage.SecondsPerPoint + plan.EvaluationSeconds(Request.Data.Test.Count))
        : 0;

    /// <summary>Learning rate of short trainings.</summary>
    public double ShortRate => Request.Training.ShortRate(State.Judged?.Rehearsal?.LearningRate);

    /// <summary>Peak learning rate of longer trainings.</summary>
    public double LongRate => State.Judged?.Rehearsal?.LongLearningRate ?? Request.Training.LongRate(State.Judged?.Rehearsal?.LearningRate);

    public byte[] ModelBytes(string blob) => _store.ReadModel(blob);

    public ModelGraph Model(string blob) => blob == RunState.OriginalBlob ? Original : OnnxFile.FromBytes(_store.ReadModel(blob), blob);

    /// <summary>The accepted model with its library, from the journal.</summary>
    public TunedModel RestoreAccepted() => Restore(State.Accepted[^1]);

    public TunedModel Restore(AcceptedModel accepted) => Latency.Restore(Model(accepted.Blob), accepted.Programs, accepted.Choices);

    /// <summary>What saliencies look at in an accepted model; the same for every cut of it, so that images are looked at once.</summary>
    public SaliencyContext SaliencyContextOf(ModelGraph accepted, CancellationToken cancellation)
    {
        if (ReferenceEquals(_saliencyContext?.Graph, accepted)) return _saliencyContext;
        return _saliencyContext = NewContext(accepted, cancellation);
    }

    private SaliencyContext NewContext(ModelGraph graph, CancellationToken cancellation)
    {
        var sample = new ImageSample(Request.Data.Selection, Request.Data.Normalization, ImagesOfSaliency, Request.Seed);
        return new SaliencyContext(graph, PruningGraph.Analyze(graph), new SaliencyImages(Services.Attribution, sample, cancellation));
    }

    /// <summary>The same of the user's model.</summary>
    internal SaliencyContext SaliencyContextOfOriginal(CancellationToken cancellation) => _originalContext ??= NewContext(Original, cancellation);

    /// <summary>Takes back a run that could not begin.</summary>
    public void Discard() => _store.Discard();

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }
}
