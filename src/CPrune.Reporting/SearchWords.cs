namespace CPrune.Reporting;

/// <summary>What a run's search is called.</summary>
public static class SearchWords
{
    /// <summary>A planned search, or a walk from cut to cut.</summary>
    public static string Noun(string policy) => Speeds.IsPlanned(policy) ? "search" : "walk";
}
