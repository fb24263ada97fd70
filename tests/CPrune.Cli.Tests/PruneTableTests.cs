using System.Text.Json;
using System.Text.Json.Nodes;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Reporting;

namespace CPrune.Cli.Tests;

/// <summary>The table that ends 'prune', with parts that only calculate.</summary>
public sealed class PruneTableTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task BeforeAndAfterStandUnderTheirTitlesAndTheSpeedUpIsOneOverTheOther()
    {
        var path = Path.Combine(_cli.Folder, "small.onnx");
        var b = new GraphBuilder("small", 1);
        var x = b.Relu(b.Conv(b.Input(3, 32, 32), 64, Window.Same(3, stride: 2)));
        OnnxFile.Write(path, b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)));
        var (original, folder) = (Cli.Read(path), Path.Combine(_cli.Folder, "out"));
        string[] arguments =
            ["prune", path, "--data", TinyData.Cifar(_cli.Folder), "--min-accuracy", "0.9", "--max-iterations", "3", "-o", folder];
        var run = await _cli.RunAsync(new SimulatedWorkshop(original), arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        // It has ended, so the same command only says again what came of it.
        var again = await _cli.RunAsync(new SimulatedWorkshop(original), [.. arguments, "--json"]);
        using var result = JsonDocument.Parse(again.Out.Split('\n')
            .Single(l => l.Contains("\"event\":\"result\"", StringComparison.Ordinal)));
        var (before, after) = (Seconds("before"), Seconds("after"));
        Assert.True(after < before);
        Assert.Equal(before / after, result.RootElement.GetProperty("speedup").GetDouble(), 1e-9);

        // The last line is the file, but for the names of the event and of the command.
        var line = JsonNode.Parse(result.RootElement.GetRawText())!.AsObject();
        Assert.Equal(("result", "prune"), ((string?)line["event"], (string?)line["command"]));
        line.Remove("event");
        line.Remove("command");
        var file = await File.ReadAllTextAsync(Path.Combine(folder, "result.json"), TestContext.Current.CancellationToken);
        Assert.True(JsonNode.DeepEquals(line, JsonNode.Parse(file)));
        Assert.Equal(
            line["candidates"]!.AsArray().Count + 1, (await File.ReadAllLinesAsync(Path.Combine(folder, "candidates.csv"), TestContext.Current.CancellationToken)).Length);

        var pruned = GraphStatistics.Parameters(Cli.Read(Path.Combine(folder, "model.onnx")));
        Assert.Equal(["small", "before", "after", "change"], Row("small"));
        Assert.Equal([Figures.Seconds(before), Figures.Seconds(after)], Row("latency, our tuned code")[1..3]);
        Assert.Equal([Figures.Count(GraphStatistics.Parameters(original)), Figures.Count(pruned)], Row("parameters")[1..3]);

        double Seconds(string which) => result.RootElement.GetProperty(which).GetProperty("latencySeconds").GetDouble();
        string[] Row(string name) => run.Out.Split(Environment.NewLine).Select(Cells).Last(cells => cells.Length == 4 && cells[0] == name);
        static string[] Cells(string line) => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
