using System.Text.Json.Nodes;
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
}
