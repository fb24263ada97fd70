using System.Text.Json.Nodes;
using CPrune.Cli.Commands;
using CPrune.Graph.Onnx;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Tests;

public class EvalTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(3, false)]
    public async Task Both_evaluators_are_told_and_a_difference_is_noticed(int wrongBy, bool agree)
    {
        using var cli = new Cli();
        cli.Workshop.Trainer = new FakeTrainer(wrongBy);
        var model = Path.Combine(cli.Folder, "m.onnx");
        OnnxFile.Write(model, NetworkCatalog.Find("resnet20", 10, 3, 32));
        string[] arguments = ["eval", model, "--data", TinyData.Cifar(cli.Folder)];

        var json = JsonNode.Parse((await cli.RunAsync([.. arguments, "--json"])).Out.TrimEnd().Split('\n')[^1])!;
        Assert.Equal(20, (int)json["images"]!);
        Assert.Equal(agree, (bool)json["agree"]!);
        Assert.Equal(wrongBy / 20.0, (double)json["top1"]! - (double)json["referenceTop1"]!, 9);

        var plain = await cli.RunAsync(arguments);
        Assert.Equal(agree, !plain.Out.Contains("The two evaluators differ", StringComparison.Ordinal));
        Assert.Contains("ONNX Runtime 1.", plain.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_outside_the_classes_are_an_error_of_the_data()
    {
        using var cli = new Cli();
        cli.Workshop.Trainer = new FakeTrainer(0);
        var model = Path.Combine(cli.Folder, "m.onnx");
        OnnxFile.Write(model, NetworkCatalog.Find("resnet20", 4, 3, 32));
        var result = await cli.RunAsync("eval", model, "--data", TinyData.Cifar(cli.Folder));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("outside the model's 4 classes", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classes_are_told_and_what_does_not_fit_the_model()
    {
        using var cli = new Cli();
        cli.Workshop.Trainer = new FakeTrainer(0);
        var folder = Path.Combine(cli.Folder, "data");
        foreach (var name in (string[])["cat", "dog", "emu"])
        {
            Directory.CreateDirectory(Path.Combine(folder, "test", name));
            for (var i = 0; i < 8; i++) File.WriteAllBytes(Path.Combine(folder, "test", name, $"{i}.png"), TinyData.Picture((byte)(20 * i)));
        }

        File.WriteAllText(Path.Combine(folder, "test", "cat", "about.txt"), "a cat");
        string[] arguments = ["eval", cli.Model(), "--data", folder];
        var plain = await cli.RunAsync(arguments);
        Assert.Equal(0, plain.ExitCode);
        Assert.Contains("24 images of 3 classes: 0 cat, 1 dog, 2 emu.", plain.Out, StringComparison.Ordinal);
        Assert.Contains(
            "Note: the model gives 10 scores, and the data has 3 classes: class 0 of the data is taken for score 0, and so on.", plain.Out, StringComparison.Ordinal);
        Assert.Contains("Note: 1 files are no images: 1 .txt.", plain.Out, StringComparison.Ordinal);
        Assert.Contains("is what guessing gives with 3 classes", plain.Out, StringComparison.Ordinal);
        var json = JsonNode.Parse((await cli.RunAsync([.. arguments, "--json"])).Out.TrimEnd().Split('\n')[^1])!;
        Assert.Equal(["cat", "dog", "emu"], json["classes"]!.AsArray().Select(c => (string)c!));
    }

    [Theory]
    [InlineData(0.10, 1000, 10, true)]
    [InlineData(0.12, 1000, 10, true)]
    [InlineData(0.14, 1000, 10, false)]
    [InlineData(0.50, 10, 2, true)]
    [InlineData(1.00, 10, 2, false)]
    public void An_accuracy_of_guessing_is_noticed(double top1, int images, int classes, bool isGuessing) =>
        Assert.Equal(isGuessing, DataLines.OfGuessing(top1, images, classes) is not null);

    [Fact]
    public void Of_many_classes_the_first_and_the_last_are_named()
    {
        Assert.Equal("3 classes: 0 a, 1 b, 2 c", DataLines.Classes(["a", "b", "c"]));
        Assert.Equal("3 classes", DataLines.Classes(["0", "1", "2"]));
        Assert.Equal(
            "20 classes: 0 k0, 1 k1, 2 k2, 3 k3, 4 k4, 5 k5, 6 k6, 7 k7, 8 k8, 9 k9, 10 k10, …, 19 k19",
            DataLines.Classes([.. Enumerable.Range(0, 20).Select(i => $"k{i}")]));
    }
}
