using CPrune.Pruning.Runs;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>What came of it: the figures, then before → after.</summary>
internal static class HeadlineSection
{
    public static Markup Of(RunRecord record)
    {
        var (before, after) = (record.Before, record.After);
        return Markup.Of($"""
            <h1>{record.Header.ModelName}</h1>
            <p class="soft">Pruned for {record.Header.TargetName} on {record.Header.DataSpec}, started {record.Header.StartedAt.ToString("yyyy-MM-dd HH:mm zzz", System.Globalization.CultureInfo.InvariantCulture)}</p>
            {Goal(record)}
            {(after is null ? Markup.Of($"<p>The run has not ended: the figures below are the original's.</p>") : Tiles(before, after))}
            {Table(before, after)}
            {HeldOutTable.Of(record)}
            {(record.EndReason is { } reason ? End(record.Policy, reason) : Markup.Empty)}
            """);
    }

    private static Markup End(string policy, string reason) =>
        Markup.Of($"""<p class="soft">The {SearchWords.Noun(policy)} ended: {reason}</p>""");

    private static Markup Goal(RunRecord record) => record.Goal is not { } goal ? Markup.Empty : Markup.Of($"""
        <p>Goal: {GoalText.Of(goal)}.{(Floors.Of(record) is { } floors ? $" The floor is {floors}." : "")}</p>
        """);

    private static Markup Tiles(ModelFigures before, ModelFigures after) => Markup.Of($"""
        <div class="figures">
        {Tile(Figures.Ratio(before.LatencySeconds / after.LatencySeconds), "the speed of the original, both tuned")}
        {(before.ReferenceLatencySeconds is { } b && after.ReferenceLatencySeconds is { } a ? Tile(Figures.Ratio(b / a), "in ONNX Runtime") : Markup.Empty)}
        {(after.TestTop1 is { } top1 ? Tile(Figures.Percent(top1), before.TestTop1 is { } was ? $"top-1 on the test set, from {Figures.Percent(was)}" : "top-1 on the test set") : Markup.Empty)}
        {Tile(Figures.Change(before.Parameters, after.Parameters), "parameters")}
        </div>
        """);

    private static Markup Tile(string value, string what) => Markup.Of($"""<div class="figure"><b>{value}</b><span>{what}</span></div>""");

    private static Markup Table(ModelFigures before, ModelFigures? after) => Markup.Of($"""
        <div class="wide"><table>
        <tr><th></th><th class="n">before</th><th class="n">after</th><th class="n">change</th></tr>
        {Markup.Join(HeadlineFigures.Rows(before, after).Select(row => Markup.Of($"""
            <tr><td>{row.Name}</td><td class="n">{row.Before}</td><td class="n">{row.After}</td><td class="n">{row.Change}</td></tr>
            """)))}
        </table></div>
        """);
}
