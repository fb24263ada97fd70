using System.Globalization;
using System.Numerics.Tensors;
using CPrune.Devices.Statistics;
using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Runtime;
using CPrune.Training.Data;
using CPrune.Training.Recipes;
using Microsoft.ML.OnnxRuntime;

namespace CPrune.Cli.Reference;

/// <summary>ONNX Runtime on the CPU as the referee.</summary>
internal sealed class OnnxRuntimeReference(TimeProvider clock) : IReferenceRuntime
{
    private const int EvaluationBatch = 100;
    private const int ComparedImages = 8;

    /// <summary>Largest difference of scores, as a share of their length, that comes of another order of the same sums; transformed convolutions differ most.</summary>
    private const double Agreement = 0.01;

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

    public Accuracy Evaluate(ReadOnlyMemory<byte> model, ImageSet images, Normalization normalization, CancellationToken cancellation)
    {
        using var session = OnnxRuntimeRunner.Open(model, Environment.ProcessorCount);
        var batch = BatchOf(session) ?? EvaluationBatch;
        var correct = new List<bool>(images.Count);
        for (var start = 0; start < images.Count; start += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(batch, images.Count - start);
            var scores = Scores(session, images, normalization, start, count);
            for (var i = 0; i < count; i++)
            {
                var of = scores.AsSpan(i * scores.Length / count, scores.Length / count);
                var label = images.Labels[start + i];
                if (label >= of.Length) throw new UserErrorException(UserErrorKind.Data, $"label {label} is outside the model's {of.Length} classes: use data that fits the model");
                correct.Add(of.IndexOf(TensorPrimitives.Max(of)) == label);
            }
        }

        return new Accuracy(correct.Count(right => right), images.Count, correct);
    }

    public string? Disagreement(ReadOnlyMemory<byte> model, string library, ImageSet images, Normalization normalization, CancellationToken cancellation)
    {
        using var session = OnnxRuntimeRunner.Open(model, Environment.ProcessorCount);
        using var compiled = NativeModel.Load(library);
        var (pixels, scores) = (new float[images.PixelsPerImage], new float[compiled.OutputShape.Aggregate(1, (n, d) => n * d)]);
        for (var i = 0; i < Math.Min(ComparedImages, images.Count); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var expected = Scores(session, images, normalization, i, 1);
            normalization.Apply(images.Image(i), images.Channels, pixels);
            compiled.Run(pixels, scores);
            var difference = TensorPrimitives.Distance<float>(scores, expected) / TensorPrimitives.Norm<float>(expected);
            // Not the other way round: what is no number agrees with nothing.
            if (!(difference <= Agreement)) return string.Create(CultureInfo.InvariantCulture, $"its library's scores differ from {Name}'s by {difference:P1} on an image of the test set");
        }

        return null;
    }

    /// <summary>The batch that the model is fixed to; null where it takes any.</summary>
    private static int? BatchOf(InferenceSession session) => session.InputMetadata.Single().Value.Dimensions is [> 0 and var batch, ..] ? batch : null;

    /// <summary>Scores of some images, one after the other. A fixed batch is filled up with zeros; its surplus answers are left out.</summary>
    private static float[] Scores(InferenceSession session, ImageSet images, Normalization normalization, int start, int count)
    {
        var size = BatchOf(session) ?? count;
        var pixels = new float[size * images.PixelsPerImage];
        for (var i = 0; i < count; i++)
            normalization.Apply(images.Image(start + i), images.Channels, pixels.AsSpan(i * images.PixelsPerImage, images.PixelsPerImage));

        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [size, images.Channels, images.Height, images.Width]);
        using var outputs = OnnxRuntimeRunner.Guarded(() =>
            session.Run(options, new Dictionary<string, OrtValue> { [session.InputMetadata.Single().Key] = input }, [session.OutputNames[0]]));
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        return scores[..(scores.Length / size * count)].ToArray();
    }
}
