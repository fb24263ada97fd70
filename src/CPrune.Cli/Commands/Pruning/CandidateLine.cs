using System.Globalization;
using CPrune.Cli.Output;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;
using CPrune.Reporting;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>A candidate as a line.</summary>
internal static class CandidateLine
{
    public static string Of(CandidateRecord c)
    {
        var measured = c switch
        {
            { Ratio: { } ratio, RatioLow: { } low, RatioHigh: { } high } => string.Create(
                CultureInfo.InvariantCulture, $", time × {ratio:0.000} [{low:0.000}, {high:0.000}]"),
            { Ratio: { } ratio } => string.Create(CultureInfo.InvariantCulture, $", time × {ratio:0.000}"),
            _ => "",
        };
        var cut = c.Step > 0 ? $"−{c.Step} of {c.TaskLabel}" : $"{c.TaskLabel}, trained on";
        var accuracy = c.SelectionTop1 is { } top1 ? $", top-1 {Figures.Percent(top1)}{Change(c.AccuracyChange)}" : "";
        var images = c.TrainedImages is { } n ? $", {Figures.Count(n)} images" : "";
        var why = c.Verdict == Verdict.Accepted ? "" : $"; {c.Reason.TrimEnd('.')}";
        return $"{c.Number,3} {Word(c.Verdict),-13} {cut}{measured}{accuracy}{images}{why}";
    }

    /// <summary>In points, with its interval.</summary>
    private static string Change(PairedDifference? change) => change is null
        ? ""
        : $" ({Figures.Points(change.Change)} [{Figures.Points(change.Low)}, {Figures.Points(change.High)}])";

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "accepted",
        Verdict.TooSlow => "not faster",
        Verdict.TooInaccurate => "less accurate",
        Verdict.Probed => "passed",
        _ => "failed",
    };

    public static Tone ToneOf(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => Tone.Good,
        Verdict.Failed => Tone.Bad,
        _ => Tone.Faint,
    };
}
