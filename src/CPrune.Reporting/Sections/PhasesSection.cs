using System.Globalization;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Charts;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>Where the run's own time went.</summary>
internal static class PhasesSection
{
    public static Markup Of(RunRecord record)
    {
        if (record.Phases.IsEmpty) return Markup.Empty;
        return Markup.Of($"""
            <h2>Time of the run</h2>
            <p class="soft">{Text(record.ElapsedSeconds)} in all. {Trials(record.Trials)}</p>
            {PairedBars.Single([.. record.Phases.OrderByDescending(p => p.Seconds).Select(p => new BarPair(p.Phase, Text(p.Seconds), p.Seconds, null))])}
            """);
    }

    private static string Trials(TrialCounts trials) => trials.Total == 0 ? "" :
        $"{Figures.Count(trials.Total)} programs were measured: {Figures.Count(trials.Original)} of the original, {Figures.Count(trials.Candidates)} of candidates, {Figures.Count(trials.Result)} of the result."
        + (trials.ShareOfPublished is { } share
            ? $" Tuning every task of every candidate from nothing, as the paper does, would have taken {Figures.Count(trials.Published)} for the candidates; theirs are {Figures.Percent(share, 1)} of it."
            : "");

    private static string Text(double seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalHours: >= 1 } t => $"{(int)t.TotalHours} h {t.Minutes} min",
        { TotalMinutes: >= 1 } t => $"{t.Minutes} min {t.Seconds} s",
        var t => t.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
    };
}
