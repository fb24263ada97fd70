using CPrune.Pruning.Runs;

namespace CPrune.Reporting.Sections;

/// <summary>Verdicts as words and colours.</summary>
internal static class Verdicts
{
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "accepted",
        Verdict.TooSlow => "not faster",
        Verdict.TooInaccurate => "less accurate",
        Verdict.Probed => "not chosen",
        _ => "failed",
    };

    public static string CssClass(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "accepted",
        Verdict.TooSlow => "slow",
        Verdict.TooInaccurate => "inaccurate",
        Verdict.Probed => "probed",
        _ => "failed",
    };
}
