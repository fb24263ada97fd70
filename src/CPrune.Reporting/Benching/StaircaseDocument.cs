using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CPrune.Reporting.Charts;
using CPrune.Reporting.Tables;

namespace CPrune.Reporting.Benching;

/// <summary>Staircases as text and as a picture.</summary>
public static class StaircaseDocument
{
    private const double EvenEnough = 0.9;

    /// <summary>An SVG file.</summary>
    public static string Figure(ImmutableArray<Staircase> stairs) => StaircaseChart.Svg(stairs);

    /// <summary>How even a staircase is, in a line.</summary>
    public static string Headline(Staircase stairs)
    {
        var judged = stairs.Points.Where(p => stairs.Evenness(p) is not null).ToList();
        if (judged.Count == 0) return $"{stairs.Layer}: no multiple of {stairs.Lanes} was measured, so nothing can be compared.";
        var uneven = judged.Where(p => stairs.Evenness(p) < EvenEnough).ToList();
        var worst = judged.MinBy(p => stairs.Evenness(p))!;
        return $"{stairs.Layer}: {judged.Count - uneven.Count} of {judged.Count} widths run within 10 % of the speed per multiply-accumulate of the next multiple of {stairs.Lanes}; "
            + $"the least even is {worst.Channels} with {Figures.Percent(stairs.Evenness(worst)!.Value, 0)}.";
    }

    public static TextTable Table(Staircase stairs) => new(
        [
            new("channels", true), new("convolution", true), new("per MAC", true), new("model", true), new(stairs.Peer, true), new("speed-up", true), new("programs", true),
        ],
        [
            .. stairs.Points.Select(p => (ImmutableArray<string>)
            [
                $"{p.Channels}", Figures.Seconds(p.KernelSeconds), stairs.Evenness(p) is { } even ? Figures.Percent(even, 0) : "", Figures.Seconds(p.ModelSeconds),
                Figures.Seconds(p.PeerSeconds), Figures.Ratio(p.SpeedUp), $"{p.Programs}",
            ]),
        ]);

    /// <param name="facts">The machine and the versions.</param>
    /// <param name="load">Load average of the machine before the run; null where unknown.</param>
    /// <param name="command">What made it.</param>
    /// <param name="commit">Of which state of the sources; null where unknown.</param>
    public static string Of(ImmutableArray<Staircase> stairs, IReadOnlyDictionary<string, string> facts, string? load, DateTimeOffset date, string command, string? commit)
    {
        var text = new StringBuilder();
        Lines(
            "# Latency against channels", "",
            "One convolution with any number of channels, in a model of a 1×1 convolution that makes its input from an image of three channels, the convolution, and a global pooling. *Per MAC* is the",
            "convolution's speed per multiply-accumulate against that of the next width that fills whole vectors; multiples are tuned in full, the other widths with few programs from what is known by then.", "",
            $"- Command: `{command}`",
            $"- Date: {date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}",
            $"- Machine: {facts.GetValueOrDefault("processor", "unknown")}; code for {facts.GetValueOrDefault("code made for", "unknown")}");
        if (commit is not null) Lines($"- Commit: {commit}");
        Lines($"- Load average before: {load ?? "unknown"}");
        foreach (var one in stairs)
        {
            Lines("", $"## {one.Side}", "", Headline(one), "", "<details><summary>every width</summary>", "");
            Lines([.. Table(one).Markdown()]);
            Lines("", "</details>");
        }

        return text.ToString();

        void Lines(params ReadOnlySpan<string> lines)
        {
            foreach (var line in lines) text.Append(line).Append('\n');
        }
    }
}
