using System.Text.Json.Nodes;
using CPrune.Cli.Commands;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Training.Recipes;
using CPrune.Training.Zoo;

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
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_sitting_goes_on_with_the_weights_that_were_kept_last()
    {
        using var cli = new Cli();
        var path = Path.Combine(cli.Folder, "net.onnx");
        var clock = new SteppedClock();
        var (untrained, later) = (NetworkCatalog.Find("resnet20", 10, 3, 16, seed: 1), NetworkCatalog.Find("resnet20", 10, 3, 16, seed: 2));
        var sitting = new TrainingSitting(path, "this training", clock);
        Assert.Equal((untrained, 0), sitting.Start(untrained));
        sitting.Keep(new TrainingProgress(64, 6400, 1, 1, () => throw new InvalidOperationException("so soon")));
        clock.Step(TimeSpan.FromMinutes(2));
        sitting.Keep(new TrainingProgress(128, 6400, 1, 1, () => later));

        var (graph, images) = new TrainingSitting(path, "this training", clock).Start(untrained);
        Assert.Equal(128, images);
        Assert.Equal(OnnxFile.ToBytes(later), OnnxFile.ToBytes(graph));
        var other = Assert.Throws<UserErrorException>(() => new TrainingSitting(path, "another", clock).Start(untrained));
        Assert.Equal($"'{path}.part' is what another training has come to; repeat that command, remove the file, or choose another with -o", other.Message);
        sitting.End();
        Assert.Equal(0, new TrainingSitting(path, "another", clock).Start(untrained).Images);
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Step(TimeSpan time) => _ticks += time.Ticks;
    }
}
