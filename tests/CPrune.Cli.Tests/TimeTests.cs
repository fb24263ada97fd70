using System.Text.Json.Nodes;
using CPrune.Cli.Composition;
using CPrune.Graph.Onnx;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Tests;

/// <summary>With the real parts: of two networks one has three times the layers.</summary>
public sealed class TimeTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Libraries_are_timed_in_turn_with_the_first()
    {
        var (deep, shallow) = (await CompileAsync("resnet56"), await CompileAsync("resnet20"));

        var result = await _cli.RunAsync(new Workshop(), "time", deep, shallow, deep, "--seconds", "2", "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var models = JsonNode.Parse(result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!["models"]!.AsArray();
        Assert.Equal([deep, shallow, deep], models.Select(m => (string?)m!["library"]));
        Assert.Null((double?)models[0]!["ratio"]);
        Assert.InRange((double)models[1]!["ratio"]!, 0.05, 0.9);
        Assert.InRange((double)models[2]!["ratio"]!, 0.5, 2);
        Assert.All(models, m => Assert.InRange((double)m!["latency"]!["median"]!, 1e-6, 1));
    }

    [Fact]
    public async Task The_table_says_how_many_times_as_fast_each_is()
    {
        var (deep, shallow) = (await CompileAsync("resnet56"), await CompileAsync("resnet20"));
        var result = await _cli.RunAsync(new Workshop(), "time", deep, shallow, "--seconds", "1");
        var rows = result.Out.Split(Environment.NewLine).Where(l => l.Contains(".so", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain('×', rows[^2]);
        Assert.Matches(@"resnet20\.so +[\d.]+ µs +[\d.]+ µs +[\d.]+ µs +[\d.]+× +[\d.]+× +[\d.]+×", rows[^1]);
    }

    [Fact]
    public async Task One_library_is_timed_alone()
    {
        var result = await _cli.RunAsync(new Workshop(), "time", await CompileAsync("resnet20"), "--seconds", "1", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Single(JsonNode.Parse(result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!["models"]!.AsArray());
    }

    [Fact]
    public async Task A_missing_library_is_named()
    {
        var result = await _cli.RunAsync(new Workshop(), "time", await CompileAsync("resnet20"), "gone.so");
        Assert.Equal((3, $"error: there is no file 'gone.so': give libraries that 'cprune prune', 'tune' or 'compile' wrote{Environment.NewLine}"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task What_is_no_library_is_named()
    {
        var text = Path.Combine(_cli.Folder, "text.so");
        File.WriteAllText(text, "text");
        var result = await _cli.RunAsync(new Workshop(), "time", text);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal($"error: timing {text}: '{text}' cannot be loaded as a shared library: file too short; give libraries that cprune compiled for this machine{Environment.NewLine}", result.Error);
    }

    private async Task<string> CompileAsync(string network)
    {
        var (model, library) = (Path.Combine(_cli.Folder, $"{network}.onnx"), Path.Combine(_cli.Folder, $"{network}.so"));
        OnnxFile.Write(model, NetworkCatalog.Find(network, 5, 3, 8, seed: 4));
        Assert.Equal(0, (await _cli.RunAsync(new Workshop(), "compile", model, "-o", library)).ExitCode);
        return library;
    }
}
