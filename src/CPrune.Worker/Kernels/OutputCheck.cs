namespace CPrune.Worker.Kernels;

/// <summary>Holds a kernel's output against the reference.</summary>
internal static class OutputCheck
{
    /// <param name="tolerance">Largest error allowed, as a share of the largest expected magnitude.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Compare(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, double tolerance)
    {
        var largest = 0.0;
        foreach (var value in expected)
            if (float.IsFinite(value)) largest = Math.Max(largest, Math.Abs(value));
        var worst = 0.0;
        var worstAt = -1;
        for (var i = 0; i < expected.Length; i++)
        {
            if (actual[i] == expected[i] || (float.IsNaN(actual[i]) && float.IsNaN(expected[i]))) continue;
            var error = Math.Abs((double)actual[i] - expected[i]);
            // A NaN or infinity on one side only compares as nothing; it must not pass.
            if (!double.IsFinite(error)) return $"element {i} is {actual[i]} instead of {expected[i]}";
            if (error <= worst) continue;
            worst = error;
            worstAt = i;
        }

        return worst <= tolerance * largest
            ? null
            : $"element {worstAt} is {actual[worstAt]} instead of {expected[worstAt]}: max error {worst / Math.Max(largest, double.Epsilon):0.##e+0} of the largest magnitude {largest:0.###}";
    }
}
