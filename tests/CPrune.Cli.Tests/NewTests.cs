using System.Text.Json.Nodes;

namespace CPrune.Cli.Tests;

public class NewTests
{
    [Fact]
    public async Task A_network_is_written_untrained()
    {
        using var cli = new Cli();
        var path = Path.Combine(cli.Folder, "new", "net.onnx");
        var result = await cli.RunAsync("new", "squeezenet", "--size", "64", "--classes", "7", "--channels", "1", "-o", path, "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var graph = Cli.Read(path);
        Assert.Equal([1, 64, 64], graph.Input.Shape.Skip(1).Select(e => e.Value!.Value));
        Assert.Equal(7, graph.Output.Shape[^1].Value);
        var json = JsonNode.Parse(result.Out.TrimEnd().Split('\n')[^1])!;
        Assert.Equal((path, 724_935), ((string?)json["model"], (int)json["parameters"]!));
    }

    [Fact]
    public async Task Images_too_small_leave_nothing_behind()
    {
        using var cli = new Cli();
        var folder = Path.Combine(cli.Folder, "new");
        var result = await cli.RunAsync("new", "mnasnet", "--size", "16", "-o", Path.Combine(folder, "net.onnx"));
        Assert.Equal(new CliResult(2, "", "error: mnasnet needs images of at least 32x32, these are 16x16" + Environment.NewLine), result);
        Assert.False(Directory.Exists(folder));
    }
}
