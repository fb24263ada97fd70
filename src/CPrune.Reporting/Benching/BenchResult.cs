using System.Collections.Immutable;
using CPrune.Devices;

namespace CPrune.Reporting.Benching;

/// <summary>What <c>cprune bench</c> found of one model; times are seconds of one image.</summary>
/// <param name="Model">Path of the ONNX file.</param>
/// <param name="Macs">Multiply-accumulates of one image as literature counts them, those of zero padding among them.</param>
/// <param name="ImageMacs">Those that touch the image.</param>
/// <param name="Environment">The machine and the versions.</param>
/// <param name="Load">Load average of the machine before the bench; null where unknown.</param>
/// <param name="Settings">Fewest threads first.</param>
public sealed record BenchResult(
    string Model, DateTimeOffset Date, long Macs, long ImageMacs, IReadOnlyDictionary<string, string> Environment, string? Load,
    ImmutableArray<BenchSetting> Settings)
{
    public string Name => Path.GetFileNameWithoutExtension(Model);
}

/// <summary>A model on some number of threads.</summary>
/// <param name="Caches">What the model finds in the caches, image after image.</param>
/// <param name="Tasks">Most time first.</param>
/// <param name="Memory">Of our code, tuned: its workspace, in which the input and the output lie as well.</param>
/// <param name="ReferenceMemory">Of the peer.</param>
/// <param name="Tuning">Null where all programs were known.</param>
public sealed record BenchSetting(
    int Threads, string Target, CacheState Caches, MachineRoofline Roofline, ImmutableArray<BenchContender> Contenders, ImmutableArray<BenchTask> Tasks,
    MemoryUse Memory, MemoryUse ReferenceMemory, BenchTuning? Tuning)
{
    /// <summary>Which variant of the whole model our tuned code is; null where there was no choice or none was measured.</summary>
    public BenchChoice? Choice { get; init; }

    public BenchContender Tuned => Contenders.Single(c => c.Role == ContenderRole.Tuned);

    public BenchContender Reference => Contenders.Single(c => c.Role == ContenderRole.Reference);

    /// <summary>Constants of all calls.</summary>
    public long WeightBytes => Tasks.Sum(t => t.WeightBytes * t.Calls);

    /// <summary>Whether each image finds the weights gone from the caches.</summary>
    public bool StreamsWeights => Caches != CacheState.Warm;

    /// <summary>A task's least time: that of its arithmetic, or of reading its weights where they must come from memory.</summary>
    /// <param name="macs">Of one call.</param>
    public double LeastSeconds(BenchTask task, long macs) => Roofline.Seconds(2.0 * macs, StreamsWeights ? task.WeightBytes : 0);

    /// <summary>What the model would take if every task ran at its least time, nominal work.</summary>
    public double RooflineSeconds => Tasks.Sum(t => LeastSeconds(t, t.Macs) * t.Calls);

    /// <summary>As <see cref="RooflineSeconds"/>, work on zero padding not counted.</summary>
    public double ImageRooflineSeconds => Tasks.Sum(t => LeastSeconds(t, t.ImageMacs) * t.Calls);

    /// <summary>All kernels by themselves, one after the other.</summary>
    public double AloneSeconds => Tasks.Sum(t => t.AloneSeconds * t.Calls);

    /// <summary>All kernels inside the model; the rest of the model's time is taking the image in and giving the result back.</summary>
    public double ModelSeconds => Tasks.Sum(t => t.ModelSeconds * t.Calls);

    /// <summary>Nominal rate of the whole model against the machine's peak.</summary>
    public double PeakShare(long macs) => 2.0 * macs / Tuned.Seconds / Roofline.FlopsPerSecond;
}

public enum ContenderRole
{
    /// <summary>Our code with default schedules.</summary>
    Untuned,

    Tuned,

    /// <summary>The live peer.</summary>
    Reference,
}

/// <param name="Seconds">Median.</param>
/// <param name="RatioToTuned">Its time against that of our tuned code, turn by turn.</param>
public sealed record BenchContender(string Name, ContenderRole Role, double Seconds, double RatioToTuned);

/// <summary>A task of the model; times are of one call.</summary>
/// <param name="Task">Its label.</param>
/// <param name="Subgraphs">Anchors of the places where it is called.</param>
/// <param name="WeightBytes">Constants of one call.</param>
/// <param name="AloneSeconds">Called over and over by itself, with its data where the model would leave it (<see cref="CacheState"/>).</param>
/// <param name="ModelSeconds">Inside the model, mean of its places: behind other kernels, with threads that come from elsewhere.</param>
/// <param name="Schedule">Null for the default.</param>
public sealed record BenchTask(
    string Task, ImmutableArray<string> Subgraphs, long Macs, long ImageMacs, long WeightBytes, double AloneSeconds, double ModelSeconds, string? Schedule)
{
    /// <summary>Where a call takes several kernels, each of them in the order in which they run.</summary>
    public ImmutableArray<BenchKernel> Kernels { get; init; } = [];

    public int Calls => Subgraphs.Length;

    /// <summary>Operations a second inside the model, two a nominal multiply-accumulate.</summary>
    public double FlopsPerSecond => 2 * Macs / ModelSeconds;

    /// <summary>As <see cref="FlopsPerSecond"/>, work on zero padding not counted.</summary>
    public double ImageFlopsPerSecond => 2 * ImageMacs / ModelSeconds;
}

/// <summary>One of several kernels of a task; times are of one call, as those of <see cref="BenchTask"/>.</summary>
public sealed record BenchKernel(string Kernel, double AloneSeconds, double ModelSeconds, string? Schedule);

/// <summary>What was chosen for a whole model by timing it in its variants.</summary>
/// <param name="Chosen">For example <c>channels last, in chains</c>.</param>
/// <param name="First">The variant that the others were timed against.</param>
public sealed record BenchChoice(string Chosen, string First, ImmutableArray<BenchVariant> Timed);

/// <param name="Ratio">Its time over that of the first variant, with its 98 % interval.</param>
/// <param name="IsTuned">False where it was so slow with default schedules that it was not tuned.</param>
public sealed record BenchVariant(string Variant, double Ratio, double Low, double High, bool IsTuned);

/// <summary>Memory for activations, constants not counted.</summary>
/// <param name="PeakBytes">The most that is in use at a time.</param>
/// <param name="ReservedBytes">What is kept for it.</param>
public sealed record MemoryUse(long PeakBytes, long ReservedBytes);

/// <summary>What finding the programs took.</summary>
/// <param name="Seconds">From the first program to the last, the search's own work included.</param>
public sealed record BenchTuning(int Programs, double Seconds)
{
    public double ProgramsPerSecond => Programs / Seconds;
}
