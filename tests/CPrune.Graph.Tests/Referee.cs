using System.Collections.Immutable;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CPrune.Graph.Tests;

/// <summary>ONNX Runtime, unoptimised and on one thread.</summary>
internal static class Referee
{
    /// <summary>All outputs of a graph whose outputs are floats.</summary>
    public static ImmutableArray<Tensor> Run(ModelGraph graph, Tensor input) => Run(OnnxFile.ToBytes(graph), input);

    public static ImmutableArray<Tensor> Run(byte[] model, Tensor input)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        using var session = new InferenceSession(model, options);
        var value = NamedOnnxValue.CreateFromTensor(
            session.InputNames[0], new DenseTensor<float>(input.Floats.ToArray(), [.. input.Shape]));
        using var results = session.Run([value], session.OutputNames);
        return [.. results.Select(r => (DenseTensor<float>)r.Value).Select(t => Tensor.Of(t.ToArray(), t.Dimensions))];
    }

    /// <summary>Fails unless our evaluation agrees with ONNX Runtime in shapes and elements, and shape inference with both.</summary>
    public static void AssertAgrees(ModelGraph graph, Tensor input, double tolerance = 1e-5)
    {
        var expected = Run(graph, input);
        var actual = ReferenceEvaluator.RunAll(graph, input);
        var shapes = ShapeInference.Infer(graph, batch: input.Shape[0]);
        foreach (var (output, tensor) in graph.Outputs.Zip(expected))
        {
            Assert.Equal(tensor.Shape, shapes[output.Name]);
            AssertClose(tensor, actual[output.Name], tolerance);
        }
    }

    /// <summary>
    /// Fails unless every element differs by at most the tolerance, relative to the largest element. Where inputs of unit size cancel out, the order of summation
    /// alone makes differences of some 1e-8, so the scale does not fall below 0.03.
    /// </summary>
    public static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var scale = Math.Max(0.03, expected.Count == 0 ? 0 : expected.Floats.ToArray().Max(Math.Abs));
        for (var i = 0; i < expected.Count; i++)
        {
            var (e, a) = (expected.Floats[i], actual.Floats[i]);
            Assert.True(Math.Abs(e - a) <= tolerance * scale, $"element {i} of {expected}: expected {e}, got {a}");
        }
    }

    /// <summary>Standard-normal-like data from a seed.</summary>
    public static Tensor Data(int seed, params ImmutableArray<int> shape)
    {
        var random = new Random(seed);
        return Tensor.Of([.. Enumerable.Range(0, Shapes.Count(shape)).Select(_ => (float)((random.NextDouble() * 4) - 2))], shape);
    }
}
