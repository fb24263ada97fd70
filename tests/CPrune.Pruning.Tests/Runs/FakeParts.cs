using System.Globalization;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Training.Attribution;
using CPrune.Training.Data;
using CPrune.Training.Recipes;
using CPrune.Tuning;
using CompareOptions = CPrune.Devices.CompareOptions;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>A power cut: thrown by a fake at its n-th call.</summary>
public sealed class PowerCutException : Exception;

/// <summary>Counts calls over all fakes and cuts the power at one of them.</summary>
public sealed class Fuse(int blowsAt = int.MaxValue)
{
    private int _calls;

    public int Calls => _calls;

    /// <summary>What a call throws; the power cut if nothing else is said.</summary>
    public Func<Exception> Blow { get; init; } = () => new PowerCutException();

    /// <summary>Lets a clock go on by so many seconds.</summary>
    public Action<double>? Pass { get; set; }

    /// <param name="seconds">That the call takes.</param>
    public void Burn(double seconds = 1)
    {
        if (++_calls == blowsAt) throw Blow();
        Pass?.Invoke(seconds);
    }
}

/// <summary>A device on which a model takes a nanosecond a multiply-accumulate, or always the same.</summary>
/// <param name="seen">What a comparison comes to, by what it was asked and the true ratio; may throw. Null for the truth.</param>
public sealed class FakeDevice(Fuse fuse, Func<CompareOptions, double, double>? seen = null) : IDevice
{
    public static Target Avx2 { get; } = new("x86-64-v3", "x86_64-unknown-linux-gnu", "x86-64-v3", "+avx2,+fma", InstructionSet.Avx2, 1);

    public Target Target => Avx2;

    public CacheState Caches => CacheState.Warm;

    public Task<IReadOnlyList<Measurement>> MeasureKernelsAsync(
        Computation computation, IReadOnlyList<Schedule> schedules, MeasureOptions options, CancellationToken cancellation) =>
        throw new NotSupportedException("the fake tuner asks for no kernels");

    public Task<RatioEstimate> CompareModelsAsync(string oldLibrary, string newLibrary, CompareOptions options, CancellationToken cancellation)
    {
        fuse.Burn();
        var (before, after) = (Read(oldLibrary), Read(newLibrary));
        var ratio = after.Median / before.Median;
        ratio = seen?.Invoke(options, ratio) ?? ratio;
        return Task.FromResult(new RatioEstimate(ratio, ratio - 0.001, ratio + 0.001, before, after, 9));
    }

    public Task<LatencyEstimate> MeasureModelAsync(string library, CompareOptions options, CancellationToken cancellation)
    {
        fuse.Burn();
        return Task.FromResult(Read(library));
    }

    public Task<MachineRoofline> MeasureRooflineAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static LatencyEstimate Read(string library)
    {
        var seconds = double.Parse(File.ReadAllText(library), CultureInfo.InvariantCulture);
        return new LatencyEstimate(seconds, seconds, seconds, 9);
    }
}

/// <summary>Writes a library that holds nothing but its latency.</summary>
/// <param name="blockGain">How many times faster a model is in blocks.</param>
/// <param name="slowBelow">Multiply-accumulates of the smallest model that is not slow.</param>
/// <param name="overhead">Seconds a model takes beside its kernels.</param>
public sealed class FakeCompiler(bool constantLatency = false, double blockGain = 1, long slowBelow = 0, double overhead = 0) : IModelCompiler
{
    public CompiledModelInfo Compile(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules, string libraryPath, string? headerPath)
    {
        var seconds = constantLatency ? 1e-3 : plan.Subgraphs.Sum(s => (double)s.Macs) * 1e-9 / (plan.Choices.Variant.Block > 0 ? blockGain : 1);
        seconds += overhead;
        if (plan.Subgraphs.Sum(s => s.Macs) < slowBelow) seconds = 1;
        File.WriteAllText(libraryPath, seconds.ToString("R", CultureInfo.InvariantCulture));
        if (headerPath is not null) File.WriteAllText(headerPath, "/* fake */");
        return new CompiledModelInfo(0, 0, plan.Tasks.Length);
    }
}

/// <param name="winogradGain">How many times less than the direct sum a transformed convolution's product takes.</param>
public sealed class FakeTuner(Fuse fuse, double winogradGain = 1) : ITuner
{
    /// <summary>Keys of all tasks that were to be tuned, except where a whole model was.</summary>
    public List<string> TunedAgain { get; } = [];

    /// <summary>The options of each call.</summary>
    public List<TuningOptions> Calls { get; } = [];

    public Task<TuningResult> TuneAsync(
        IReadOnlyList<TuningTask> tasks, TuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancellation)
    {
        fuse.Burn();
        Calls.Add(options);
        if (options.Contests.IsEmpty) TunedAgain.AddRange(tasks.Select(t => t.Key));
        var rows = tasks.Select(t => new TunedTask(
            t, options.Preserved.GetValueOrDefault(t.Key) ?? DefaultSchedule.For(t.Computation, FakeDevice.Avx2), Latency(t), 1));
        return Task.FromResult(new TuningResult([.. rows], tasks.Count, TimeSpan.Zero));
    }

    private LatencyEstimate Latency(TuningTask task)
    {
        var macs = task.Subgraphs[0].Macs / (task.Subgraphs[0].Stage.Contains("product", StringComparison.Ordinal) ? winogradGain : 1);
        var seconds = Math.Max(1, macs) * 1e-9;
        return new LatencyEstimate(seconds, seconds, seconds, 9);
    }
}

/// <summary>Finds no program in one of its calls.</summary>
public sealed class TunerWithGaps(ITuner tuner, int failsAt) : ITuner
{
    private int _calls;

    public Task<TuningResult> TuneAsync(
        IReadOnlyList<TuningTask> tasks, TuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancellation) =>
        ++_calls == failsAt ? throw new NoProgramRunsException("no program of it runs") : tuner.TuneAsync(tasks, options, progress, cancellation);
}

/// <summary>
/// A trainer whose models lose <c>k · gone^power · (1 + images / 1000)^-recovery</c> of 0.95: <c>gone</c> is the share of the original's parameters that are
/// gone, and the images are those that a model was trained with since it has its width. They are kept in the model itself.
/// </summary>
public sealed class FakeTrainer(Fuse fuse, ModelGraph original, double k, double power = 1, double recovery = 0) : ITrainer
{
    public const double Own = 0.95;

    private const string Marker = "trained";

    private readonly long _parameters = GraphStatistics.Parameters(original);

    /// <summary>What was evaluated, in order.</summary>
    public List<(ImageSet Images, ModelGraph Graph)> Evaluations { get; } = [];

    /// <summary>All trainings in order; recalibrations see no image.</summary>
    public List<(TrainingRecipe Recipe, Teacher? Teacher, ImageSet Images, ModelGraph Graph)> Trainings { get; } = [];

    public double ImagesPerSecond { get; set; } = 100;

    /// <summary>Called with every training before it is carried out; may throw.</summary>
    public Action<TrainingRecipe>? OnTraining { get; init; }

    /// <summary>How many images one is worth at a learning rate.</summary>
    public Func<double, double> WorthAt { get; init; } = _ => 1;

    /// <summary>How many images one is worth with hints.</summary>
    public double WorthWithHints { get; init; } = 1;

    public ModelGraph Train(
        ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        fuse.Burn(recipe.Images / ImagesPerSecond);
        OnTraining?.Invoke(recipe);
        Trainings.Add((recipe, teacher, images, graph));
        if (recipe.Images == 0) return graph;
        var learned = Images(graph) + (long)(recipe.Images * WorthAt(recipe.LearningRate) * (teacher?.Hints.IsEmpty == false ? WorthWithHints : 1));
        var text = string.Create(CultureInfo.InvariantCulture, $"{GraphStatistics.Parameters(graph)} {learned}");
        return graph with { Metadata = graph.Metadata with { Properties = graph.Metadata.Properties.SetItem(Marker, text) } };
    }

    public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
    {
        fuse.Burn();
        Evaluations.Add((images, graph));
        return Answer(images, Own - LossOf(graph)) with { MeanLoss = LossOf(graph) };
    }

    /// <summary>Answers the first images rightly, as many as a share comes to.</summary>
    public static Accuracy Answer(ImageSet images, double top1)
    {
        var hits = (int)Math.Round(images.Count * Math.Clamp(top1, 0, 1));
        return new Accuracy(hits, images.Count, [.. Enumerable.Range(0, images.Count).Select(i => i < hits)]);
    }

    /// <summary>Top-1 that a model lacks, a share.</summary>
    public double LossOf(ModelGraph graph)
    {
        var gone = 1 - ((double)GraphStatistics.Parameters(graph) / _parameters);
        return k * Math.Pow(gone, power) * Math.Pow(1 + (Images(graph) / 1000.0), -recovery);
    }

    /// <summary>Images that a model was trained with since it has as many parameters as it has.</summary>
    public static long Images(ModelGraph graph)
    {
        if (graph.Metadata.Properties.GetValueOrDefault(Marker)?.Split(' ') is not [var parameters, var images]) return 0;
        return long.Parse(parameters, CultureInfo.InvariantCulture) == GraphStatistics.Parameters(graph) ? long.Parse(images, CultureInfo.InvariantCulture) : 0;
    }
}

/// <summary>One batch in which every weight contributes its own value.</summary>
public sealed class FakeAttribution : IAttribution
{
    /// <summary>What was attributed on.</summary>
    public List<ImageSample> Samples { get; } = [];

    public IEnumerable<WeightContributions> ToLoss(ModelGraph graph, ImageSample sample, CancellationToken cancellation)
    {
        Samples.Add(sample);
        return [new WeightContributions(1, graph.Initializers)];
    }

    public IEnumerable<WeightContributions> ToAnswers(ModelGraph graph, ImageSample sample, CancellationToken cancellation) => ToLoss(graph, sample, cancellation);
}
