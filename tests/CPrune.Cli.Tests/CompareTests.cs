using System.Text.Json;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Tests.Runs;

namespace CPrune.Cli.Tests;

/// <summary>Policies side by side, with parts that only calculate.</summary>
public sealed class CompareTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task RunsEveryPolicyFromTheSameTunedOriginalAndGoesOnWhereItWas()
    {
        var (model, folder) = (Model(), Path.Combine(_cli.Folder, "out"));
        var arguments = Arguments(model, folder);
        var workshop = new SimulatedWorkshop(Cli.Read(model));
        var first = await _cli.RunAsync(workshop, arguments);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal(["original", "uniform", "cprune"], workshop.RecordFolders.Select(Path.GetFileName).Distinct());
        using var result = Result(first);
        var policies = result.RootElement.GetProperty("policies").EnumerateArray().ToList();
        Assert.Equal(["uniform", "cprune"], policies.Select(p => p.GetProperty("policy").GetString()));
        // The original was judged and tuned once, and every policy knows the same of it.
        Assert.Single(policies.Select(p => p.GetProperty("before").GetRawText()).Distinct());
        Assert.Equal(1, first.Out.Split('\n').Count(l => l.Contains("\"event\":\"original\"", StringComparison.Ordinal)));
        foreach (var policy in policies)
        {
            Assert.True(Seconds(policy, "after") < Seconds(policy, "before"), policy.GetProperty("endReason").GetString());
            var trace = policy.GetProperty("trace").EnumerateArray().Select(p => p.GetProperty("file").GetString()!).ToList();
            Assert.True(trace.Count > 1);
            Assert.All(trace, file => Assert.NotEmpty(OnnxFile.Read(Path.Combine(folder, policy.GetProperty("policy").GetString()!, file)).Nodes));
        }

        Assert.Equal(["compare.md", "compare.svg", "report.html"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var again = await _cli.RunAsync(workshop, arguments);
        Assert.True(again.ExitCode == 0, again.Error);
        using var same = Result(again);
        Assert.Equal(result.RootElement.GetProperty("policies").GetRawText(), same.RootElement.GetProperty("policies").GetRawText());
        Assert.DoesNotContain("\"event\":\"candidate\"", again.Out, StringComparison.Ordinal);
    }

    /// <summary>While the second policy is at work: the first one's run is there, the second one's goes on.</summary>
    [Fact]
    public async Task GoesOnWithinAPolicyAfterAPowerCut()
    {
        var model = Model();
        var (original, whole) = (Cli.Read(model), new Fuse());
        var expected = await _cli.RunAsync(new SimulatedWorkshop(original, whole), Arguments(model, Path.Combine(_cli.Folder, "whole")));
        var arguments = Arguments(model, Path.Combine(_cli.Folder, "broken off"));
        var broken = await _cli.RunAsync(new SimulatedWorkshop(original, new Fuse(whole.Calls * 3 / 4)), arguments);
        Assert.Equal(1, broken.ExitCode);
        var rest = new Fuse();
        var resumed = await _cli.RunAsync(new SimulatedWorkshop(original, rest), arguments);

        Assert.Equal(0, resumed.ExitCode);
        Assert.InRange(rest.Calls, 1, whole.Calls / 2);
        using var one = Result(expected);
        using var other = Result(resumed);
        Assert.Equal(Outcomes(one), Outcomes(other));

        static IEnumerable<(string?, double)> Outcomes(JsonDocument result) =>
            result.RootElement.GetProperty("policies").EnumerateArray().Select(p => (p.GetProperty("policy").GetString(), Seconds(p, "after")));
    }

    [Fact]
    public async Task RunsEveryPolicyWithEverySeedInAFolderOfItsOwn()
    {
        var (model, folder) = (Model(), Path.Combine(_cli.Folder, "seeds"));
        var run = await _cli.RunAsync(new SimulatedWorkshop(Cli.Read(model)), [.. Arguments(model, folder), "--seeds", "3..4"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.All(
            ["uniform/seed-3", "uniform/seed-4", "cprune/seed-3", "cprune/seed-4"],
            path => Assert.True(File.Exists(Path.Combine(folder, path, "result.json")), path));
        using var result = Result(run);
        Assert.Equal(
            [("uniform", 3), ("cprune", 3), ("uniform", 4), ("cprune", 4)],
            result.RootElement.GetProperty("policies").EnumerateArray().Select(p => (p.GetProperty("policy").GetString()!, p.GetProperty("seed").GetInt32())));
        Assert.Equal(["uniform", "cprune"], result.RootElement.GetProperty("overSeeds").EnumerateArray().Select(p => p.GetProperty("policy").GetString()));
        Assert.Contains("Median and range over the seeds", await File.ReadAllTextAsync(Path.Combine(folder, "compare.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownPolicyIsNamed()
    {
        var run = await _cli.RunAsync("compare", "m.onnx", "--data", "d", "--trace", "--policies", "cprune,best");
        Assert.Equal((2, "error: --policies 'best' is none of knapsack, predict, flops, uniform, uncut, cprune, netadapt (see 'cprune compare --help')\n"), (run.ExitCode, run.Error));
    }

    private string[] Arguments(string model, string folder) =>
    [
        "compare", model, "--data", TinyData.Cifar(_cli.Folder), "--min-accuracy", "0.9", "--policies", "uniform,cprune", "--max-iterations", "6", "--json", "-o", folder,
    ];

    private static double Seconds(JsonElement policy, string which) => policy.GetProperty(which).GetProperty("latencySeconds").GetDouble();

    private static JsonDocument Result(CliResult run) =>
        JsonDocument.Parse(run.Out.Split('\n').Single(l => l.Contains("\"event\":\"result\"", StringComparison.Ordinal)));

    private string Model()
    {
        var b = new GraphBuilder("small", 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 32, 32), 32, Window.Same(3, stride: 2))));
        x = b.Relu(b.BatchNorm(b.Conv(x, 64, Window.Same(3, stride: 2))));
        var path = Path.Combine(_cli.Folder, "small.onnx");
        OnnxFile.Write(path, b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)));
        return path;
    }
}
