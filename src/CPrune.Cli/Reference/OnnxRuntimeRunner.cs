using CPrune.Graph;
using CPrune.Reporting.Benching;
using Microsoft.ML.OnnxRuntime;

namespace CPrune.Cli.Reference;

/// <summary>One model in ONNX Runtime with its input and output bound once, so that <see cref="Run"/> is inference and nothing else.</summary>
internal sealed class OnnxRuntimeRunner : IDisposable
{
    private const int RunsUntilSettled = 3;

    private readonly InferenceSession _session;
    private readonly OrtValue _input;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly long _constants;

    private OnnxRuntimeRunner(InferenceSession session, OrtValue input, OrtIoBinding binding)
    {
        _session = session;
        _input = input;
        _binding = binding;
        _constants = ArenaStatistics.Of(session).InUse;
    }

    /// <summary>Opens a serialised model with all of ONNX Runtime's optimisations.</summary>
    /// <exception cref="UserErrorException">Kind Model: ONNX Runtime refuses it.</exception>
    public static InferenceSession Open(ReadOnlyMemory<byte> model, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        return Guarded(() => new InferenceSession(model.ToArray(), options));
    }

    /// <summary>Ready to run one image of the model's own size, filled with a fixed pattern.</summary>
    /// <exception cref="UserErrorException">Kind Model: ONNX Runtime refuses it, or an extent other than the batch is open.</exception>
    public static OnnxRuntimeRunner ForOneImage(ReadOnlyMemory<byte> model, int threads)
    {
        var session = Open(model, threads);
        var (name, metadata) = session.InputMetadata.Single();
        var shape = metadata.Dimensions.Select((d, i) => i == 0 && d <= 0 ? 1L : d).ToArray();
        if (shape.Any(d => d <= 0))
            throw new UserErrorException(UserErrorKind.Model, $"the model's input '{name}' has open extents besides the batch; fix them in the file");

        var input = OrtValue.CreateTensorValueFromMemory(PatternImage.Of(shape.Aggregate(1L, (n, d) => n * d)), shape);
        var binding = session.CreateIoBinding();
        binding.BindInput(name, input);
        binding.BindOutputToDevice(session.OutputNames[0], OrtMemoryInfo.DefaultInstance);
        return new OnnxRuntimeRunner(session, input, binding);
    }

    /// <summary>Memory for activations so far; to be asked after some runs, because the first one finds out what the next ones need.</summary>
    public MemoryUse Memory
    {
        get
        {
            var arena = ArenaStatistics.Of(_session);
            return new MemoryUse(arena.MostInUse - _constants, arena.Allocated - _constants);
        }
    }

    public void Run() => _session.RunWithBinding(_options, _binding);

    /// <summary>What running a model of one image takes.</summary>
    /// <exception cref="UserErrorException">Kind Model: from <see cref="ForOneImage"/>.</exception>
    public static MemoryUse MemoryOf(ReadOnlyMemory<byte> model)
    {
        using var runner = ForOneImage(model, threads: 1);
        for (var run = 0; run < RunsUntilSettled; run++) runner.Run();
        return runner.Memory;
    }

    public void Dispose()
    {
        _options.Dispose();
        _binding.Dispose();
        _input.Dispose();
        _session.Dispose();
    }

    /// <summary>ONNX Runtime's refusals as errors of the model.</summary>
    public static T Guarded<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (OnnxRuntimeException e)
        {
            throw new UserErrorException(UserErrorKind.Model, $"ONNX Runtime refuses the model: {e.Message}", e);
        }
    }
}
