using System.Collections.Immutable;
using CPrune.Compiler.Models;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Tests;
using CsCheck;

namespace CPrune.Compiler.Tests.Models;

/// <summary>
/// How exact transformed convolutions are, on images and channels of any size with any padding. Errors are measured against double precision, as a share of the
/// largest sum of magnitudes <c>Σ|x·w|</c> in the image: what docs/how-it-works.md promises.
/// </summary>
public class WinogradAccuracyTests
{
    private static readonly ModelCompiler Compiler = new(TargetCatalog.Find("host", 1));

    [Theory]
    [InlineData(Algorithm.Direct, 5e-7)]
    [InlineData(Algorithm.Winograd2, 5e-7)]
    [InlineData(Algorithm.Winograd4, 5e-6)]
    public void A_convolution_is_as_exact_as_promised(Algorithm algorithm, double bound) => Gen.Int[0, 1_000_000].Sample(seed =>
    {
        var random = new Random(seed);
        var (rows, columns, inputs, filters) = (random.Next(1, 20), random.Next(1, 20), random.Next(1, 70), random.Next(1, 40));
        var pads = (Pad(rows), Pad(columns), random.Next(3), random.Next(3));
        var builder = new GraphBuilder("winograd", seed);
        var graph = builder.Build(builder.Conv(builder.Input(inputs, rows, columns), filters, new Window(3, 3, 1, 1, pads), name: "conv"));
        using var model = new CompiledModel(ModelPlan.Of(graph, AlgorithmChoices.Of([new("conv", algorithm)])), Compiler);
        Assert.Equal(algorithm, model.Plan.Choices.Of("conv"));

        var image = Referee.Data(seed, [.. model.Native.InputShape]);
        var (error, scale) = Error(model.Run(image), image, graph.Initializers["conv.weight"], pads.Item1, pads.Item2);
        Assert.True(error <= bound * scale, $"{graph.Nodes[0].Label} {inputs}→{filters} @{rows}x{columns} {pads}: {error / scale:g3}");

        // At least one window fits.
        int Pad(int extent) => random.Next(extent < 3 ? 2 : 0, 3);
    }, iter: 25, threads: 1);

    /// <summary>The largest error, and the largest sum of magnitudes.</summary>
    private static (double Error, double Scale) Error(Tensor actual, Tensor image, Tensor weight, int top, int left)
    {
        var (x, w, y) = (image.Floats.ToArray(), weight.Floats.ToArray(), actual.Floats.ToArray());
        var (channels, rows, columns) = (image.Shape[1], image.Shape[2], image.Shape[3]);
        var (error, scale, at) = (0.0, 0.0, 0);
        for (var o = 0; o < actual.Shape[1]; o++)
            for (var r = 0; r < actual.Shape[2]; r++)
                for (var c = 0; c < actual.Shape[3]; c++, at++)
                {
                    var (sum, magnitude) = (0.0, 0.0);
                    for (var tap = 0; tap < 9 * channels; tap++)
                    {
                        var (i, row, column) = (tap / 9, r - top + tap % 9 / 3, c - left + tap % 3);
                        if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                        var product = (double)x[(i * rows + row) * columns + column] * w[o * 9 * channels + tap];
                        sum += product;
                        magnitude += Math.Abs(product);
                    }

                    error = Math.Max(error, Math.Abs(sum - y[at]));
                    scale = Math.Max(scale, magnitude);
                }

        return (error, scale);
    }
}
