using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using CPrune.Compiler.Expressions;

namespace CPrune.Tuning.Prediction;

/// <summary>
/// A workload's sizes, read back from its key: a record holds no more than that text, and a prediction must see of a task what it saw of the records.
/// </summary>
/// <param name="Axes">Extents by name, those that expressions sum over inside left out.</param>
/// <param name="LaneExtent">Of the axis that is contiguous in the output.</param>
/// <param name="Activations">Elements of all activations that are read.</param>
/// <param name="Weights">Elements of all constants.</param>
/// <param name="Outputs">Elements written.</param>
/// <param name="Stride">Of the window's rows or columns, the larger.</param>
/// <param name="EpilogueSteps">Operations on each result.</param>
/// <param name="Block">Channels that lie together in the output; 0 where all do.</param>
public sealed partial record WorkloadSummary(
    ImmutableSortedDictionary<string, int> Axes, Reducer Reducer, int LaneExtent, long Activations, long Weights, long Outputs, int Stride, int EpilogueSteps,
    int Block)
{
    /// <summary>Points of the iteration space; multiply-accumulates where it sums products.</summary>
    public double Points => Axes.Values.Aggregate(1.0, (n, e) => n * e);

    /// <summary>Whether filters are summed over channels: the work of a convolution or dense layer.</summary>
    public bool SumsChannels => Reducer == Reducer.Sum && Axes.ContainsKey("ic");

    public double Bytes => sizeof(float) * (double)(Activations + Weights + Outputs);

    /// <summary>Null for a text of another form, such as the key of an older version.</summary>
    /// <param name="workload"><see cref="Computation.Key"/>.</param>
    public static WorkloadSummary? TryRead(string workload)
    {
        var match = Form().Match(workload);
        if (!match.Success || !Enum.TryParse<Reducer>(match.Groups["reducer"].Value, ignoreCase: true, out var reducer)) return null;
        var axes = Axis().Matches(match.Groups["axes"].Value).Where(m => m.Groups["kind"].Value != "i")
            .ToImmutableSortedDictionary(m => m.Groups["name"].Value, m => Int(m.Groups["extent"].Value), StringComparer.Ordinal);
        if (!axes.TryGetValue(match.Groups["lanes"].Value, out var lanes)) return null;
        var inputs = Input().Matches(match.Groups["in"].Value).ToLookup(m => m.Groups["role"].Value, m => Elements(m.Groups["extents"].Value));
        return new WorkloadSummary(
            axes, reducer, lanes, inputs["a"].Sum(), inputs["w"].Sum(), Elements(match.Groups["out"].Value),
            RowStride().Matches(match.Groups["term"].Value).Select(m => Int(m.Groups[1].Value)).DefaultIfEmpty(1).Max(),
            match.Groups["epilogue"].Value.Count(c => c == '('),
            match.Groups["block"] is { Success: true, Value: var block } ? Int(block) : 0);
    }

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static long Elements(string extents) => extents.Length == 0 ? 1 : extents.Split(',').Aggregate(1L, (n, e) => n * Int(e));

    [GeneratedRegex(@"^axes (?<axes>[^;]*); in (?<in>[^;]*); out \[(?<out>[^\]]*)\](/(?<block>\d+))? at \[[^\]]*\] lanes (?<lanes>\w+); (?<reducer>\w+) (?<term>.*); then (?<epilogue>.*)$")]
    private static partial Regex Form();

    [GeneratedRegex(@"(?<name>\w+):(?<extent>\d+)(?<kind>[srpi])")]
    private static partial Regex Axis();

    [GeneratedRegex(@"#\d+(?<role>[aw])\[(?<extents>[^\]]*)\]")]
    private static partial Regex Input();

    [GeneratedRegex(@"(\d+)\*o[hw]\b")]
    private static partial Regex RowStride();
}
