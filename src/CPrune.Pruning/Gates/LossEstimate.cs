namespace CPrune.Pruning.Gates;

/// <summary>
/// Foresees how much top-1 a model loses on the whole test set, from its answers on the part of it that selects. The original's answers
/// are known on all of it, so that its luck on that part is known. The model shares as much of that luck as its answers are like the
/// original's: the regression estimator (Cochran, "Sampling Techniques", 1977, chapter 7). It errs less than the plain difference on the
/// part, which is right only if all luck is shared.
/// </summary>
public static class LossEstimate
{
    /// <param name="before">For each selecting image whether the original is right.</param>
    /// <param name="after">The same of the model.</param>
    /// <param name="beforeOnAll">The original's top-1 on the whole test set, a share.</param>
    /// <returns>A share; below 0 if the model is foreseen to gain.</returns>
    public static double OnTestSet(IReadOnlyList<bool> before, IReadOnlyList<bool> after, double beforeOnAll)
    {
        var (right, kept, both) = (Share(i => before[i]), Share(i => after[i]), Share(i => before[i] && after[i]));
        var variance = right * (1 - right);
        var shared = variance > 0 ? (both - (right * kept)) / variance : 1;
        return beforeOnAll - kept - (shared * (beforeOnAll - right));

        double Share(Func<int, bool> isSo) => (double)Enumerable.Range(0, before.Count).Count(isSo) / before.Count;
    }
}
