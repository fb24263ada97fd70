namespace CPrune.Pruning.Runs;

/// <summary>What is known of a walk's speed between its beginning and its end: the accepted model's latency against the original's, chained from the candidates' ratios.</summary>
public static class LatencyChain
{
    /// <summary>
    /// What a candidate adds to the chain: the upper end of its ratio, because of ratios that passed a gate the lucky ones are more; the ratio itself where it was foreseen. Not a
    /// number where there is none.
    /// </summary>
    public static double Link(CandidateRecord candidate) => candidate.RatioHigh ?? candidate.Ratio ?? double.NaN;
}
