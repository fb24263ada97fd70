using System.Globalization;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>Every candidate, and why it was taken or refused.</summary>
internal static class CandidatesSection
{
    public static Markup Of(RunRecord record) => record.Candidates.IsEmpty
        ? Markup.Of($"<h2>Candidates</h2><p>None was tried.</p>")
        : Markup.Of($"""
            <h2>Candidates</h2>
            <p class="soft">{Time(record.Policy)} Below top-1 stands its change in points on the same images, with the 95 % interval.</p>
            <div class="wide"><table>
            <tr><th class="n">#</th><th>verdict</th><th>task cut</th><th class="n">filters</th><th class="n">time</th><th class="n">latency</th><th class="n">top-1</th><th>why</th><th class="n">took</th></tr>
            {Markup.Join(record.Candidates.Select(Row))}
            </table></div>
            """);

    private static string Time(string policy) => Speeds.IsPlanned(policy)
        ? "Time is the candidate's latency over the original's, with its 98 % interval. One without an interval was trained on, not cut."
        : "Time is new over accepted latency with its 98 % interval; a candidate passes on the interval's upper end.";

    private static Markup Row(CandidateRecord c) => Markup.Of($"""
        <tr class="is-{Verdicts.CssClass(c.Verdict)}"><td class="n">{c.Number}</td><td><span class="verdict {Verdicts.CssClass(c.Verdict)}">{Verdicts.Word(c.Verdict)}</span></td>
        <td class="name">{c.TaskLabel}<span class="interval">{Layers(c)}</span></td><td class="n">{(c.Step > 0 ? $"−{c.Step}" : "")}</td>
        <td class="n">{Ratio(c.Ratio)}{Interval(c)}</td><td class="n">{(c.LatencySeconds is { } s ? Figures.Seconds(s) : "")}</td>
        <td class="n">{(c.SelectionTop1 is { } t ? Figures.Percent(t) : "")}{Change(c.AccuracyChange)}</td><td class="reason">{c.Reason}<span class="interval">{c.CutReason}</span></td>
        <td class="n">{c.ElapsedSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s<span class="interval">{c.Trials} programs{(c.TrainedImages is { } images ? $", {Figures.Count(images)} images" : "")}</span>{Markup.Join(c.Phases.Select(Phase))}</td></tr>
        """);

    private static string Ratio(double? ratio) => ratio?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";

    private static Markup Interval(CandidateRecord c) =>
        c is { RatioLow: not null, RatioHigh: not null } ? Markup.Of($"""<span class="interval">{Ratio(c.RatioLow)} – {Ratio(c.RatioHigh)}</span>""") : Markup.Empty;

    private static Markup Change(PairedDifference? change) => change is null
        ? Markup.Empty
        : Markup.Of($"""<span class="interval">{Figures.Points(change.Change)} [{Figures.Points(change.Low)}, {Figures.Points(change.High)}]</span>""");

    private static Markup Phase(PhaseTime phase) =>
        Markup.Of($"""<span class="interval">{phase.Phase} {phase.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s</span>""");

    private static string Layers(CandidateRecord c) => c.Layers.Length <= 3
        ? string.Join(", ", c.Layers)
        : $"{string.Join(", ", c.Layers.Take(2))} and {c.Layers.Length - 2} more";
}
