using CPrune.Cli.Composition;
using CPrune.Cli.Reference;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using CPrune.Training.Data;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Tests;

/// <summary>The referee against the plain evaluator of the graph room.</summary>
public class ReferenceTests
{
    private static readonly ModelGraph Net = NetworkCatalog.Find("resnet20", 5, 3, 8, seed: 4);

    [Fact]
    public void Top1_counts_what_the_plain_evaluator_gets_right()
    {
        var (images, normalization) = (Images(count: 7), new Normalization([0.4f, 0.5f, 0.6f], [0.2f, 0.25f, 0.3f]));
        var labels = Enumerable.Range(0, images.Count).Select(i => Predicted(images, i, normalization)).ToArray();
        Assert.Equal(1.0, Top1(images with { Labels = [.. labels] }, normalization));

        labels[3] = (labels[3] + 1) % 5;
        Assert.Equal(6.0 / 7, Top1(images with { Labels = [.. labels] }, normalization));
    }

    [Fact]
    public async Task A_library_is_compared_with_the_file_it_was_made_from()
    {
        using var cli = new Cli();
        var (model, library) = (Path.Combine(cli.Folder, "net.onnx"), Path.Combine(cli.Folder, "net.so"));
        OnnxFile.Write(model, Net);
        Assert.Equal(0, (await cli.RunAsync(new Workshop(), "compile", model, "-o", library)).ExitCode);

        Assert.Null(Disagreement(Net, library));
        Assert.Matches(
            @"^its library's scores differ from ONNX Runtime [\d.]+'s by \d+\.\d % on an image of the test set$", Disagreement(NetworkCatalog.Find("resnet20", 5, 3, 8, seed: 5), library));
    }

    [Fact]
    public void Latency_is_the_time_of_one_image() =>
        Assert.InRange(new OnnxRuntimeReference(TimeProvider.System).LatencySeconds(OnnxFile.ToBytes(Net), 1, TestContext.Current.CancellationToken), 1e-6, 0.5);

    [Fact]
    public void A_file_that_is_no_model_is_an_error_of_the_model()
    {
        var error = Assert.Throws<UserErrorException>(() => new OnnxRuntimeReference(TimeProvider.System).LatencySeconds(new byte[] { 1, 2, 3 }, 1, TestContext.Current.CancellationToken));
        Assert.Equal(UserErrorKind.Model, error.Kind);
        Assert.StartsWith("ONNX Runtime refuses the model: ", error.Message, StringComparison.Ordinal);
    }

    private static string? Disagreement(ModelGraph model, string library) => new OnnxRuntimeReference(TimeProvider.System).Disagreement(
        OnnxFile.ToBytes(model), library, Images(count: 3), new Normalization([0.4f, 0.5f, 0.6f], [0.2f, 0.25f, 0.3f]), TestContext.Current.CancellationToken);

    private static double Top1(ImageSet images, Normalization normalization) =>
        new OnnxRuntimeReference(TimeProvider.System).Evaluate(OnnxFile.ToBytes(Net), images, normalization, TestContext.Current.CancellationToken).Top1;

    private static int Predicted(ImageSet images, int index, Normalization normalization)
    {
        var pixels = new float[images.PixelsPerImage];
        normalization.Apply(images.Image(index), images.Channels, pixels);
        var scores = ReferenceEvaluator.Run(Net, Tensor.Of(pixels, 1, images.Channels, images.Height, images.Width)).Floats.ToArray();
        return Array.IndexOf(scores, scores.Max());
    }

    private static ImageSet Images(int count)
    {
        var pixels = new byte[count * 3 * 8 * 8];
        new Random(7).NextBytes(pixels);
        return new ImageSet(3, 8, 8, pixels, [.. new int[count]], ["a", "b", "c", "d", "e"]);
    }
}
