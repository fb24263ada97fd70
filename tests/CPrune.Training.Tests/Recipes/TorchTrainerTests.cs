using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Graph.Tests;
using CPrune.Training.Data;
using CPrune.Training.Recipes;
using CPrune.Training.Tests.Modules;

namespace CPrune.Training.Tests.Recipes;

public class TorchTrainerTests
{
    [Theory]
    [InlineData(true, 0.05)]
    [InlineData(false, 0.02)] // Models with batch norm folded away train as well.
    public void Training_learns_64_images_by_heart(bool norm, double learningRate)
    {
        var images = SmallData.Images(64);
        var trained = SmallData.Train(SmallData.Network(norm: norm), images, SmallData.Recipe(64 * 60, learningRate));
        Assert.InRange(SmallData.Evaluate(trained, images).Top1, 0.98, 1);
    }

    [Fact]
    public void Trained_weights_return_under_their_names_and_nothing_else_changes()
    {
        var graph = SmallData.Network() with { Metadata = new ModelMetadata { DocString = "kept" } };
        var trained = SmallData.Train(graph, SmallData.Images(64), SmallData.Recipe(64));
        Assert.Equal(OnnxFile.ToBytes(graph), OnnxFile.ToBytes(trained with { Initializers = graph.Initializers }));
        Assert.Equal(graph.Initializers.Keys, trained.Initializers.Keys);
        foreach (var (name, tensor) in graph.Initializers)
        {
            Assert.Equal(tensor.Shape, trained.Initializers[name].Shape);
            Assert.NotEqual(tensor.Floats.ToArray(), trained.Initializers[name].Floats.ToArray());
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        var images = SmallData.Images(96);
        var first = SmallData.Train(SmallData.Network(), images, SmallData.Recipe(200));
        Assert.Equal(OnnxFile.ToBytes(first), OnnxFile.ToBytes(SmallData.Train(SmallData.Network(), images, SmallData.Recipe(200))));
        Assert.NotEqual(OnnxFile.ToBytes(first), OnnxFile.ToBytes(SmallData.Train(SmallData.Network(), images, SmallData.Recipe(200) with { Seed = 4 })));
    }

    [Fact]
    public void Progress_counts_images_up_to_the_plan()
    {
        var progress = new ProgressList();
        SmallData.Train(SmallData.Network(), SmallData.Images(64), SmallData.Recipe(100), progress: progress);
        Assert.Equal([(32L, 128L), (64L, 128L), (96L, 128L), (128L, 128L)], progress.Reports.Select(r => (r.ImagesDone, r.ImagesPlanned)));
        Assert.All(progress.Reports, r => Assert.True(r.Loss > 0 && r.ImagesPerSecond > 0));
    }

    [Fact]
    public void Training_in_two_sittings_is_training_in_one_but_for_momentum()
    {
        var images = SmallData.Images(96);
        var recipe = SmallData.Recipe(320) with { Momentum = 0, Schedule = LearningRateSchedule.Cosine };
        ModelGraph? halfWay = null;
        var progress = new ProgressList(p => halfWay = p.ImagesDone == 128 ? p.Snapshot!() : halfWay);
        var whole = SmallData.Train(SmallData.Network(), images, recipe, progress: progress);
        var goneOn = SmallData.Train(halfWay!, images, recipe with { ImagesBefore = 128 });
        Assert.NotEqual(OnnxFile.ToBytes(whole), OnnxFile.ToBytes(halfWay!));
        Assert.Equal(OnnxFile.ToBytes(whole), OnnxFile.ToBytes(goneOn));
    }

    [Fact]
    public void Training_stops_between_batches_when_asked()
    {
        using var stop = new CancellationTokenSource();
        var progress = new ProgressList(r => stop.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() => new TorchTrainer().Train(
            SmallData.Network(), null, SmallData.Images(64), SmallData.Normalization, SmallData.None, SmallData.Recipe(32 * 1000), progress, stop.Token));
        Assert.InRange(progress.Reports.Count, 1, 2);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_is_a_failed_training()
    {
        var error = Assert.Throws<TrainingDivergedException>(() =>
            SmallData.Train(SmallData.Network(norm: false), SmallData.Images(64), SmallData.Recipe(32 * 50, learningRate: 1e6)));
        Assert.Equal($"training diverged after {error.Images} images: the loss is not a number; a smaller learning rate may help.", error.Message);
    }

    [Fact]
    public void Labels_beyond_the_models_classes_are_refused() => UserErrors.AssertSays(
        UserErrorKind.Data,
        "image 5 has label 5, but the model has 5 classes (0 to 4); use data with the model's labels.",
        () => SmallData.Train(SmallData.Network(classes: 5), SmallData.Images(64), SmallData.Recipe(32)));

    [Fact]
    public void Images_that_do_not_fit_the_model_are_refused() => UserErrors.AssertSays(
        UserErrorKind.Data,
        "the images are 1x8x8, but the model's input 'input' is 3x32x32; use data of that size.",
        () => SmallData.Evaluate(SmallData.Network(), new ImageSet(1, 8, 8, new byte[64], [0], ["a"])));

    [Fact]
    public void Evaluation_answers_as_ONNX_Runtime_does()
    {
        var images = SmallData.Images(200);
        var graph = SmallData.Train(SmallData.Network(), images, SmallData.Recipe(320));
        var pixels = new float[images.Pixels.Length];
        var normalization = SmallData.Normalization.ForChannels(3);
        for (var i = 0; i < images.Count; i++)
            normalization.Apply(images.Image(i), 3, pixels.AsSpan(i * images.PixelsPerImage, images.PixelsPerImage));
        var scores = Referee.Run(graph, Tensor.Of(pixels, 200, 3, 32, 32))[0].Floats.ToArray();
        var expected = scores.Chunk(12).Select((row, i) => Array.IndexOf(row, row.Max()) == images.Labels[i]).ToList();
        var accuracy = SmallData.Evaluate(graph, images);
        Assert.Equal(expected, accuracy.Correct);
        Assert.Equal((expected.Count(c => c), 200), (accuracy.Hits, accuracy.Total));
        Assert.InRange(accuracy.Hits, 30, 170); // Neither guessing nor perfect, so that the comparison says something.
    }

    [Fact]
    public void A_real_model_keeps_its_published_accuracy()
    {
        var graph = OnnxFile.Read(SharedData.Path("models", "cifar10_resnet20.onnx"));
        var images = CifarTestImages(500);
        var accuracy = new TorchTrainer().Evaluate(graph, images, Normalization.ImageNet, TestContext.Current.CancellationToken);
        Assert.InRange(accuracy.Top1, 0.89, 0.95); // 91.73 % on all 10,000.
    }

    private static ImageSet CifarTestImages(int count)
    {
        using var gzip = new System.IO.Compression.GZipStream(
            File.OpenRead(SharedData.Path("cifar10", "test_batch.bin.gz")), System.IO.Compression.CompressionMode.Decompress);
        var records = new byte[count * 3073];
        gzip.ReadExactly(records);
        return new ImageSet(
            3, 32, 32, records.Chunk(3073).SelectMany(r => r[1..]).ToArray(), [.. records.Chunk(3073).Select(r => (int)r[0])], [.. Enumerable.Range(0, 10).Select(i => $"{i}")]);
    }
}
