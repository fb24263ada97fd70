using System.Collections.Immutable;
using System.Globalization;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Tables;

namespace CPrune.Reporting;

/// <summary>A line of the table that ends a run.</summary>
public sealed record HeadlineRow(string Name, string Before, string After, string Change);

/// <summary>Before → after, the same on the terminal and in the report.</summary>
public static class HeadlineFigures
{
    public const string NotMeasured = "–";

    public static ImmutableArray<HeadlineRow> Rows(ModelFigures before, ModelFigures? after) =>
    [
        Row("latency, our tuned code", before.LatencySeconds, after?.LatencySeconds, Figures.Seconds, Figures.Change),
        Row("latency, ONNX Runtime", before.ReferenceLatencySeconds, after?.ReferenceLatencySeconds, Figures.Seconds, Figures.Change),
        Row("top-1, test set", before.TestTop1, after?.TestTop1, v => Figures.Percent(v), Points),
        Row("top-1, unseen part of the test set", before.UnseenTop1, after?.UnseenTop1, v => Figures.Percent(v), Points),
        Row("top-1, selection part", before.SelectionTop1, after?.SelectionTop1, v => Figures.Percent(v), Points),
        Row("parameters", before.Parameters, after?.Parameters, v => Figures.Count((long)v), Figures.Change),
        Row("multiply-accumulates", before.Macs, after?.Macs, Figures.Short, Figures.Change),
        Row("file size", before.FileBytes, after?.FileBytes, v => Figures.Bytes((long)v), Figures.Change),
        Row("library size", Known(before.LibraryBytes), Known(after?.LibraryBytes), v => Figures.Bytes((long)v), Figures.Change),
    ];

    /// <summary>The trade-off: every accepted model, the original first.</summary>
    public static TextTable Trace(ImmutableArray<TracePoint> points) => new(
        [new("model"), new("latency", true), new("speed", true), new("top-1, test set", true), new("top-1, selection part", true)],
        [
            .. points.Select(p => (ImmutableArray<string>)
                [p.File, Figures.Seconds(p.LatencySeconds), Figures.Ratio(1 / p.Ratio), Figures.Percent(p.TestTop1), Figures.Percent(p.SelectionTop1)]),
        ]);

    /// <summary>What is missing from the trade-off and why, a line each.</summary>
    public static IEnumerable<string> Missing(ImmutableArray<MissingPoint> points) => points.Select(p => $"{p.File} is missing: {p.Reason}");

    private static double? Known(long? bytes) => bytes is > 0 ? bytes : null;

    private static HeadlineRow Row(string name, double? before, double? after, Func<double, string> text, Func<double, double, string> change) => new(
        name,
        before is { } b ? text(b) : NotMeasured,
        after is { } a ? text(a) : NotMeasured,
        before is { } from && after is { } to ? change(from, to) : "");

    private static string Points(double before, double after)
    {
        var points = (after - before) * 100;
        return string.Create(CultureInfo.InvariantCulture, $"{(points < 0 ? "−" : "+")}{Math.Abs(points):0.00} points");
    }
}
