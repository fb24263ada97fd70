using CPrune.Devices.Statistics;
using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using Microsoft.ML.OnnxRuntime;

namespace CPrune.Cli.Reference;

/// <summary>ONNX Runtime on the CPU as the referee.</summary>
internal sealed class OnnxRuntimeReference(TimeProvider clock) : IReferenceRuntime
{
    private const int EvaluationBatch = 100;

    /// <summary>Timed runs of one image: fewer leave the median to chance, of more it changes no longer.</summary>
    private const int FewestRuns = 20, MostRuns = 100_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Timing = TimeSpan.FromSeconds(1);

    public string Name => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    public double LatencySeconds(ReadOnlyMemory<byte> model, int threads, CancellationToken cancellation)
    {
        using var runner = OnnxRuntimeRunner.ForOneImage(model, threads);
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < WarmUp) runner.Run();

        var samples = new List<double>();
        started = clock.GetTimestamp();
        while (samples.Count < FewestRuns || (clock.GetElapsedTime(started) < Timing && samples.Count < MostRuns))
        {
            cancellation.ThrowIfCancellationRequested();
            var before = clock.GetTimestamp();
            runner.Run();
            samples.Add(clock.GetElapsedTime(before).TotalSeconds);
        }

        return MedianInterval.Median(samples);
    }

    public double Top1(ReadOnlyMemory<byte> model, ImageSet images, Normalization normalization, CancellationToken cancellation)
    {
        using var session = OnnxRuntimeRunner.Open(model, Environment.ProcessorCount);
        var input = session.InputMetadata.Single();
        var batch = input.Value.Dimensions is [var first, ..] && first > 0 ? first : EvaluationBatch;
        var hits = 0;
        for (var start = 0; start < images.Count; start += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            // A fixed batch is filled up with zeros; the surplus answers are not counted.
            var count = Math.Min(batch, images.Count - start);
            var size = input.Value.Dimensions[0] > 0 ? batch : count;
            hits += Hits(session, input.Key, images, normalization, start, count, size);
        }

        return images.Count == 0 ? 0 : (double)hits / images.Count;
    }

    private static int Hits(InferenceSession session, string inputName, ImageSet images, Normalization normalization, int start, int count, int size)
    {
        var pixels = new float[size * images.PixelsPerImage];
        for (var i = 0; i < count; i++)
            normalization.Apply(images.Image(start + i), images.Channels, pixels.AsSpan(i * images.PixelsPerImage, images.PixelsPerImage));

        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [size, images.Channels, images.Height, images.Width]);
        using var outputs = OnnxRuntimeRunner.Guarded(() =>
            session.Run(options, new Dictionary<string, OrtValue> { [inputName] = input }, [session.OutputNames[0]]));
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        var classes = scores.Length / size;
        var hits = 0;
        for (var i = 0; i < count; i++)
        {
            var label = images.Labels[start + i];
            if (label >= classes) throw new UserErrorException(UserErrorKind.Data, $"label {label} is outside the model's {classes} classes: use data that fits the model");
            if (ArgMax(scores.Slice(i * classes, classes)) == label) hits++;
        }

        return hits;
    }

    private static int ArgMax(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return best;
    }
}
