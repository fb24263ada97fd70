using System.Diagnostics;
using System.Text.Json;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;

namespace CPrune.Cli.Tests;

/// <summary>The real command, killed without warning while it tunes, while it trains and between two cuts; then given again.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly string[] s_moments = ["\"work\":\"tuning\"", "\"work\":\"training\"", "\"event\":\"candidate\""];

    /// <summary>From the line that announces a phase until the kill: well inside the phase.</summary>
    private static readonly TimeSpan s_intoThePhase = TimeSpan.FromMilliseconds(200);

    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TheSameCommandGoesOnAfterAKillAndEndsWithAValidResult()
    {
        // Half of a layer's filters go at once and any gain passes: the gate can be decided on a busy machine, too.
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "cprune.dll"), "prune", Model(), "--data", TinyData.Cifar(_folder, perBatch: 100),
            "--policy", "cprune", "--min-accuracy", "0.01", "--alpha", "0.5", "--beta", "1", "--step-rule", "32", "--trials", "8", "--candidate-trials", "2", "--short-images", "4000", "--long-images", "800",
            "--max-iterations", "3", "--json", "-o", Path.Combine(_folder, "out"),
        ];
        foreach (var moment in s_moments) await KillAtAsync(moment, arguments);

        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);

        Assert.Contains(lines, l => Field(l, "event") == "resumed");
        using var result = JsonDocument.Parse(lines.Single(l => Field(l, "event") == "result"));
        Assert.InRange(result.RootElement.GetProperty("candidates").GetArrayLength(), 1, 3);
        var before = result.RootElement.GetProperty("before").GetProperty("latencySeconds").GetDouble();
        Assert.InRange(result.RootElement.GetProperty("after").GetProperty("latencySeconds").GetDouble(), 0, before);
        Assert.NotEmpty(OnnxFile.Read(Path.Combine(_folder, "out", "model.onnx")).Nodes);
        Assert.Equal(
            ["candidates.csv", "model.h", "model.onnx", "model.so", "report.html", "result.json", "run.db"],
            Directory.GetFiles(Path.Combine(_folder, "out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static string? Field(string line, string name)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty(name).GetString();
    }

    private async Task KillAtAsync(string moment, string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (!line.Contains(moment, StringComparison.Ordinal)) continue;
            await Task.Delay(s_intoThePhase, TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return;
        }

        Assert.Fail($"the command ended before '{moment}': {await errors}");
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(_folder, "cache");
        return Process.Start(start)!;
    }

    private string Model()
    {
        var b = new GraphBuilder("small", 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 32, 32), 32, Window.Same(3, stride: 2))));
        x = b.Relu(b.BatchNorm(b.Conv(x, 64, Window.Same(3))));
        x = b.Relu(b.BatchNorm(b.Conv(x, 64, Window.Same(3, stride: 2))));
        var path = Path.Combine(_folder, "small.onnx");
        OnnxFile.Write(path, b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)));
        return path;
    }
}
