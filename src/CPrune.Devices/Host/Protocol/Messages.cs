using System.Text.Json.Serialization;
using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Graph;

namespace CPrune.Devices.Host.Protocol;

/// <summary>What a worker is asked. The bulk of a message (IR text, object code, expected output) travels as the frame's payload.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "ask")]
[JsonDerivedType(typeof(Build), "build")]
[JsonDerivedType(typeof(LoadTask), "task")]
[JsonDerivedType(typeof(MeasureKernel), "kernel")]
[JsonDerivedType(typeof(CompareModels), "compare")]
[JsonDerivedType(typeof(MeasureModel), "model")]
[JsonDerivedType(typeof(MeasureRate), "rate")]
internal abstract record Request
{
    /// <summary>Payload: IR text as UTF-8. Answered by <see cref="Reply.Built"/>.</summary>
    internal sealed record Build(Target Target) : Request;

    /// <summary>
    /// Sets the task that following <see cref="MeasureKernel"/> requests belong to. Payload: the expected output as float32.
    /// </summary>
    /// <param name="InputLengths">Floats of each logical input, in the order of the kernel's arguments.</param>
    internal sealed record LoadTask(int Seed, int[] InputLengths) : Request;

    /// <summary>Payload: the object file.</summary>
    /// <param name="WeightSpan">Bytes of weights that pass until the same copy is used again.</param>
    internal sealed record MeasureKernel(
        string Symbol, int ParallelExtent, int Threads, PackedLayout?[] Packing, double Tolerance, double? GiveUpAbove, TimingPlan Plan,
        long WeightSpan, CacheState Caches) : Request;

    internal sealed record CompareModels(string OldLibrary, string NewLibrary, CompareOptions Options, CacheState Caches) : Request;

    internal sealed record MeasureModel(string SharedObject, CompareOptions Options, CacheState Caches) : Request;

    /// <summary>
    /// Times a kernel that reads one buffer of <paramref name="BufferLength"/> floats and writes none; the best of <paramref name="Rounds"/> medians is the
    /// answer. Payload: the object file.
    /// </summary>
    internal sealed record MeasureRate(string Symbol, int BufferLength, int Turns, int Threads, int Rounds, TimingPlan Plan) : Request;
}

/// <summary>What a worker answers; one per request, and one <see cref="Hello"/> when it has started.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "answer")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Built), "built")]
[JsonDerivedType(typeof(TaskLoaded), "loaded")]
[JsonDerivedType(typeof(KernelTimed), "kernel-timed")]
[JsonDerivedType(typeof(Timed), "timed")]
[JsonDerivedType(typeof(Compared), "compared")]
[JsonDerivedType(typeof(Wrong), "wrong")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(UserError), "user-error")]
internal abstract record Reply
{
    internal sealed record Hello(int Version) : Reply;

    /// <summary>Payload: the object file.</summary>
    internal sealed record Built : Reply;

    internal sealed record TaskLoaded : Reply;

    /// <param name="ControlSeconds">Median time of the control kernel just before and after.</param>
    internal sealed record KernelTimed(LatencyEstimate Latency, double ControlSeconds) : Reply;

    internal sealed record Timed(LatencyEstimate Latency) : Reply;

    internal sealed record Compared(RatioEstimate Ratio) : Reply;

    /// <summary>The kernel ran, but not to the expected output.</summary>
    internal sealed record Wrong(string Reason) : Reply;

    /// <summary>The request could not be carried out; the worker is still well.</summary>
    internal sealed record Failed(string Reason) : Reply;

    /// <summary>The machine lacks something (LLVM); to be thrown again on the asking side.</summary>
    internal sealed record UserError(UserErrorKind Kind, string Message) : Reply;
}

/// <summary>When a timing ends.</summary>
/// <param name="SampleSeconds">A sample repeats the kernel until it takes at least so long, far above the clock's resolution.</param>
/// <param name="RelativeWidth">Enough when the median's interval is narrower than this share of it.</param>
/// <param name="BudgetSeconds">Enough in any case after this time.</param>
internal sealed record TimingPlan(double SampleSeconds, double RelativeWidth, double BudgetSeconds)
{
    /// <summary>One kernel candidate among many: resolves about one per cent on a quiet machine.</summary>
    public static TimingPlan Kernel { get; } = new(100e-6, 0.01, 0.025);

    /// <summary>Single runs, because the second would find the caches warm; most of the budget goes into emptying them.</summary>
    public static TimingPlan ColdKernel { get; } = new(0, 0.02, 0.25);

    /// <summary>One round of what a machine can do: short, so that it may pass undisturbed on a machine that has other work as well.</summary>
    public static TimingPlan Rate { get; } = new(100e-6, 0.005, 0.012);
}

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Reply))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
