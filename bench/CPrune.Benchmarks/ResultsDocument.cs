using System.Globalization;
using System.Text.Json.Nodes;

namespace CPrune.Benchmarks;

/// <summary>Makes docs/results.md from the result.json files of runs: medians with ranges over seeds, never the best.</summary>
internal static class ResultsDocument
{
    /// <param name="folder">Holds a folder for each network and limit, with files POLICY-SEED.json.</param>
    public static string Of(string folder)
    {
        var parts = Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
            .Select(network => (Name: Path.GetFileName(network), Runs: Read(network))).Where(p => p.Runs.Count > 0).ToList();
        if (parts.Count == 0) throw new InvalidOperationException($"there is no result in '{folder}'");
        return string.Join('\n', parts.SelectMany(p => Part(p.Name, p.Runs)).Prepend(Head)) + "\n";
    }

    private const string Head = """
        # Results

        Written by `bench/results/table` from the `result.json` of every run, which are in `bench/results`; `bench/results/run --list` prints the commands. Each cell is
        the median over the seeds, with the range in brackets. *Speed* is the tuned original's latency over the result's, timed in turn. A run that kept the original
        counts as 1.00×. *Change* is top-1 after less before, in points: on the images that nothing was decided on (*unseen*), and on the whole test set. *Training* is
        the share of the wall time that models were trained in. *POLICY+MECHANISM* is the policy with that mechanism switched off (`bench/ablation`).
        """;

    private static List<Run> Read(string network) =>
        [.. Directory.GetFiles(network, "*.json").Order(StringComparer.Ordinal).Select(file => new Run(LabelOf(file), JsonNode.Parse(File.ReadAllText(file))!))];

    /// <summary>POLICY or POLICY+MECHANISM, of a file POLICY-SEED.json.</summary>
    private static string LabelOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name[..name.LastIndexOf('-')];
    }

    private static IEnumerable<string> Part(string name, List<Run> runs)
    {
        var first = runs[0].Result;
        yield return $"\n## {name}\n";
        yield return $"{Text(first, "model", "name")}, {Text(first, "data")}: {Text(first, "goal", "text")}, {Number(first, "limitSeconds") / 60:0.#} minutes. " +
            $"Original: {Number(first, "before", "testTop1"):P2} on the test set.\n";
        yield return Markdown.Row(["policy", "seeds", "speed", "ONNX Runtime", "change, unseen", "change, test set", "original kept", "images", "training", "took"]);
        yield return Markdown.Rule(10);
        foreach (var policy in runs.GroupBy(r => r.Label, r => r.Result).OrderByDescending(g => Median(g.Select(r => Number(r, "speedup")))))
            yield return Row(policy.Key, [.. policy]);
        yield return $"\nMachine: {string.Join("; ", runs.Select(r => Machine(r.Result)).Distinct())}.";
    }

    private static string Row(string policy, List<JsonNode> runs) => Markdown.Row(
    [
        policy, $"{runs.Count}", Spread(runs, r => Number(r, "speedup"), "0.00", "×"), Spread(runs, Reference, "0.00", "×"),
        Spread(runs, r => 100 * Change(r, "unseenTop1"), "+0.00;−0.00"), Spread(runs, r => 100 * Change(r, "testTop1"), "+0.00;−0.00"),
        $"{runs.Count(r => r["isOriginal"]!.GetValue<bool>())}", Spread(runs, r => Number(r, "trainedImages") / 1000, "0", " k"),
        Spread(runs, r => 100 * Seconds(r, "training") / Number(r, "elapsedSeconds"), "0", " %"), Spread(runs, r => Number(r, "elapsedSeconds") / 60, "0.0", " min"),
    ]);

    private static double Reference(JsonNode run) => Number(run, "before", "referenceLatencySeconds") / Number(run, "after", "referenceLatencySeconds");

    private static double Change(JsonNode run, string figure) => Number(run, "after", figure) - Number(run, "before", figure);

    private static double Seconds(JsonNode run, string phase) =>
        run["phases"]!.AsArray().Where(p => Text(p!, "phase") == phase).Sum(p => Number(p!, "seconds"));

    private static string Spread(List<JsonNode> runs, Func<JsonNode, double> of, string format, string unit = "")
    {
        var values = runs.Select(of).Order().ToList();
        var median = Shown(Median(values));
        return values.Count == 1 ? median : $"{median} [{Shown(values[0])}, {Shown(values[^1])}]";

        string Shown(double value) => value.ToString(format, CultureInfo.InvariantCulture) + unit;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static string Machine(JsonNode run)
    {
        var environment = run["environment"]!.AsObject();
        return $"{environment["processor"]}, {environment["processors in use"]} processors, {environment["system"]}, commit {run["commit"]}, " +
            $"{DateTimeOffset.Parse(Text(run, "startedAt"), CultureInfo.InvariantCulture):yyyy-MM-dd}";
    }

    private static JsonNode At(JsonNode node, string[] path) => path.Aggregate(node, (n, name) => n[name] ?? throw new InvalidOperationException($"a result has no '{name}'"));

    private static double Number(JsonNode node, params string[] path) => At(node, path).GetValue<double>();

    private sealed record Run(string Label, JsonNode Result);

    private static string Text(JsonNode node, params string[] path) => At(node, path).GetValue<string>();
}
