using System.Text.Json.Nodes;

namespace CPrune.Cli.Tests;

public class TrainTests
{
    [Fact]
    public async Task The_network_fits_the_data_and_is_written_with_its_batch_norms()
    {
        using var cli = new Cli();
        cli.Workshop.Trainer = new FakeTrainer(0);
        var path = Path.Combine(cli.Folder, "new", "net.onnx");
        var result = await cli.RunAsync("train", "resnet20", "--data", TinyData.Cifar(cli.Folder), "-o", path, "--epochs", "0.5", "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var graph = Cli.Read(path);
        Assert.Contains(graph.Nodes, n => n.OpType == "BatchNormalization");
        Assert.Equal(10, graph.Output.Shape[^1].Value);
        var json = JsonNode.Parse(result.Out.TrimEnd().Split('\n')[^1])!;
        Assert.Equal(path, (string?)json["model"]);
        Assert.InRange((long)json["images"]!, 40, 50);
    }
}
