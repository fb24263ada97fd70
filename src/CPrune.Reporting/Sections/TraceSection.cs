using CPrune.Pruning.Runs;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>The trade-off between accuracy and latency, if a run kept its models.</summary>
internal static class TraceSection
{
    public static Markup Of(RunRecord record) => record.Trace.IsEmpty ? Markup.Empty : Markup.Of($"""
        <h2>The trade-off</h2>
        <p class="soft">Every accepted model, timed in turn with the original.
        Accuracies are those as accepted: the result may have been trained further.</p>
        {HtmlTable.Of(HeadlineFigures.Trace(record.Trace))}
        {Markup.Join(HeadlineFigures.Missing(record.MissingFromTrace).Select(line => Markup.Of($"<p>{line}</p>")))}
        """);
}
