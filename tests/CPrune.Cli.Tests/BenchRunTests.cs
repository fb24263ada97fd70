using System.Text.Json.Nodes;
using System.Xml.Linq;
using CPrune.Cli.Composition;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;

namespace CPrune.Cli.Tests;

/// <summary>The real command on a small network.</summary>
public sealed class BenchRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Json_holds_the_roofline_and_what_every_task_does_under_it()
    {
        var (code, text, error) = await RunAsync("--json");
        Assert.Equal((0, ""), (code, error));
        var result = JsonNode.Parse(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        Assert.Equal("bench", (string?)result["command"]);
        var setting = result["settings"]!.AsArray()[0]!;
        Assert.Equal(["untuned", "tuned", "reference"], setting["contenders"]!.AsArray().Select(c => (string)c!["role"]!));
        var roof = setting["roofline"]!;
        var peak = (double)roof["flopsPerSecond"]!;
        var tasks = setting["tasks"]!.AsArray();
        Assert.Equal(4, tasks.Count);
        Assert.All(tasks.Where(t => t!["kernels"]!.AsArray().Count == 0), t => Assert.InRange((double)t!["imageFlopsPerSecond"]!, 0, peak / 0.9));
        Assert.Equal((long)result["macs"]!, tasks.Sum(t => (long)t!["macs"]! * (int)t["calls"]!));
        Assert.InRange((double)setting["modelSeconds"]!, 1e-7, 1.5 * (double)setting["tuned"]!["seconds"]!);
        Assert.False((bool)setting["streamsWeights"]!);
        // The second convolution's input and output live at the same time.
        Assert.InRange((long)setting["memory"]!["peakBytes"]!, 4 * (16 * 16 * 16 + 8 * 8 * 32), (long)setting["referenceMemory"]!["reservedBytes"]!);
        Assert.InRange((long)setting["referenceMemory"]!["peakBytes"]!, 4 * (16 * 16 * 16 + 8 * 8 * 32), 1 << 18);
    }

    [Fact]
    public async Task People_see_where_the_time_goes_and_programs_when_they_ask()
    {
        var (code, text, _) = await RunAsync("--programs");
        Assert.Equal(0, code);
        Assert.All(
            ["On 1 thread, one image", "Measured on 1 thread: ", " from memory.", "stay in the last cache", "least time", "unpadded", "of its roofline", "program"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Results_of_several_models_become_a_document_and_a_picture()
    {
        var (json, markdown, figure) = (Path.Combine(_folder, "small.json"), Path.Combine(_folder, "models.md"), Path.Combine(_folder, "speed.svg"));
        File.WriteAllText(json, (await RunAsync("--json")).Item2);
        var (code, text, error) = await CommandAsync(
            "bench-table", json, json, "--markdown", markdown, "--figure", figure, "--command", "bench/models", "--commit", "abcdef");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(2, text.Split('\n').Count(l => l.StartsWith("small  0.00", StringComparison.Ordinal)));
        var document = File.ReadAllText(markdown);
        Assert.All(
            ["- Command: `bench/models`\n", "- Commit: abcdef\n- Load average before each model: ", "## Latency\n", "## Memory and tuning\n", "### small on 1 thread\n", "| conv 3x3/2 16→32 @8x8 +relu | 1 | 294.9 k |"],
            part => Assert.Contains(part, document, StringComparison.Ordinal));
        var svg = XDocument.Load(figure).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.Equal(2 * Settings, svg.Elements().Count(e => e.Name.LocalName == "text" && (string?)e.Attribute("class") == "value"));
    }

    [Theory]
    [InlineData("error: there is no file 'missing.json'; give what 'cprune bench MODEL --json' wrote\n", null)]
    [InlineData("error: 'FILE' holds no result: let 'cprune bench MODEL --json' come to its end\n", "{\"event\":\"started\",\"work\":\"Timing\"}\n")]
    public async Task What_is_no_result_is_named(string message, string? content)
    {
        var path = content is null ? "missing.json" : Path.Combine(_folder, "other.json");
        if (content is not null) File.WriteAllText(path, content);
        Assert.Equal((2, "", message.Replace("FILE", path, StringComparison.Ordinal)), await CommandAsync("bench-table", path));
    }

    private static int Settings => Environment.ProcessorCount == 1 ? 1 : 2;

    private Task<(int, string, string)> RunAsync(params string[] arguments) => CommandAsync(["bench", Model(), "--trials", "0", "--turns", "3", .. arguments]);

    private async Task<(int, string, string)> CommandAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var environment = new CliEnvironment(output, error, IsTerminal: false, name => name == "XDG_CACHE_HOME" ? _folder : null, TimeProvider.System);
        var code = await CommandLine.RunAsync(arguments, environment, new Workshop(), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    private string Model()
    {
        var b = new GraphBuilder("small", 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 16, 16), 16, Window.Same(3))));
        x = b.Relu(b.BatchNorm(b.Conv(x, 32, Window.Same(3, stride: 2))));
        var path = Path.Combine(_folder, "small.onnx");
        OnnxFile.Write(path, b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)));
        return path;
    }
}
