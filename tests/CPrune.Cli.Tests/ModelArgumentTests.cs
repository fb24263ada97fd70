using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;

namespace CPrune.Cli.Tests;

/// <summary>What can be given of a model's input, and what is said if it has to be.</summary>
public sealed class ModelArgumentTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task AnOpenSizeIsAskedFor()
    {
        var refused = await _cli.RunAsync("inspect", OpenSize());
        Assert.Equal(
            (3, "error: the input 'input' has no fixed extent on axis 2 ('H'); export the model with a fixed image size, or give the size with --input-shape\n"),
            (refused.ExitCode, refused.Error));
    }

    [Theory]
    [InlineData("1,3,8,8")]
    [InlineData("input=1,3,8,8")]
    public async Task AnOpenSizeCanBeGiven(string shape)
    {
        var taken = await _cli.RunAsync("inspect", OpenSize(), "--input-shape", shape);
        Assert.Equal((0, ""), (taken.ExitCode, taken.Error));
    }

    [Theory]
    [InlineData("1,3,8", "the input 'input' has 4 axes, and --input-shape gives 3")]
    [InlineData("image=1,3,8,8", "--input-shape names the input 'image', but the model's is 'input'")]
    [InlineData("1,3,8,x", "--input-shape '1,3,8,x' is not a list of extents: write for example 1,3,224,224 (see 'cprune inspect --help')")]
    public async Task AShapeThatDoesNotFitIsRefused(string shape, string message)
    {
        var result = await _cli.RunAsync("inspect", Write(new Dimension(null, "N"), 3, new Dimension(null, "H"), 8), "--input-shape", shape);
        Assert.Equal((2, $"error: {message}\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task AModelOfBatchesIsRefusedUnlessItIsMadeOneOfSingleImages()
    {
        var path = Write(4, 3, 8, 8);
        var refused = await _cli.RunAsync("inspect", path);
        Assert.Equal(
            (3, "error: the input 'input' is for batches of 4 images; give --batch 1 to make the model one of single images\n"), (refused.ExitCode, refused.Error));
        var taken = await _cli.RunAsync("inspect", path, "--batch", "1");
        Assert.Equal(0, taken.ExitCode);
        Assert.Contains("Note: the model was exported for batches of 4 images, and is one of single images now.", taken.Out, StringComparison.Ordinal);
        Assert.Equal(2, (await _cli.RunAsync("inspect", path, "--batch", "4")).ExitCode);
    }

    private string OpenSize() => Write(new Dimension(null, "N"), 3, new Dimension(null, "H"), new Dimension(null, "W"));

    private string Write(params Dimension[] shape)
    {
        var b = new GraphBuilder("model", seed: 1);
        var graph = b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(b.Relu(b.Conv(b.Input(3, 8, 8), 8, Window.Same(3))))), 4));
        var path = Path.Combine(_cli.Folder, "m.onnx");
        OnnxFile.Write(path, graph with { Inputs = [graph.Input with { Shape = [.. shape] }] });
        return path;
    }
}
