using System.Text.Json.Nodes;
using CPrune.Cli.Composition;

namespace CPrune.Cli.Tests;

/// <summary>The real command on a very small convolution.</summary>
public sealed class StaircaseRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-stairs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Both_sides_are_measured_and_written()
    {
        var (markdown, figure) = (Path.Combine(_folder, "stairs.md"), Path.Combine(_folder, "stairs.svg"));
        var (output, error) = (new StringWriter(), new StringWriter());
        var environment = new CliEnvironment(output, error, IsTerminal: false, name => name == "XDG_CACHE_HOME" ? _folder : null, TimeProvider.System);
        var code = await CommandLine.RunAsync(
            [
                "staircase", "--target", "x86-64-v2", "--to", "5", "--every", "2", "--size", "4", "--channels", "2", "--full-trials", "2", "--trials", "1", "--turns", "3",
                "--markdown", markdown, "--figure", figure, "--json",
            ],
            environment, new Workshop(), TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (code, $"{error}"));
        var result = JsonNode.Parse($"{output}".Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        Assert.Equal(["outputs", "inputs"], result["staircases"]!.AsArray().Select(s => (string)s!["side"]!));
        foreach (var stairs in result["staircases"]!.AsArray())
        {
            Assert.Equal([1, 3, 4, 5], stairs!["points"]!.AsArray().Select(p => (int)p!["channels"]!));
            Assert.Equal([1, 1, 2, 1], stairs["points"]!.AsArray().Select(p => (int)p!["programs"]!));
        }

        Assert.Contains("## Outputs", File.ReadAllText(markdown), StringComparison.Ordinal);
        Assert.StartsWith("<svg", File.ReadAllText(figure), StringComparison.Ordinal);
    }
}
