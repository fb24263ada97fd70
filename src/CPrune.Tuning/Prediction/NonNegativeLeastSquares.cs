namespace CPrune.Tuning.Prediction;

/// <summary>Least squares whose solution has no negative part, for so few columns that every subset of them can be tried.</summary>
internal static class NonNegativeLeastSquares
{
    /// <summary>The x ≥ 0 that brings all rows' products with it closest to 1.</summary>
    /// <param name="rows">At least one, all of one length; no entry negative, and in each one that is positive.</param>
    public static double[] ToOne(IReadOnlyList<double[]> rows)
    {
        var columns = rows[0].Length;
        // Columns of one size keep the normal equations well conditioned.
        var scale = Enumerable.Range(0, columns).Select(c => Math.Max(rows.Max(r => r[c]), double.Epsilon)).ToArray();
        var scaled = rows.Select(r => r.Select((v, c) => v / scale[c]).ToArray()).ToList();
        var best = Enumerable.Range(1, (1 << columns) - 1)
            .Select(subset => Solve(scaled, [.. Enumerable.Range(0, columns).Where(c => (subset >> c & 1) != 0)], columns))
            .OfType<double[]>().Where(x => x.All(v => v >= 0))
            .MinBy(x => scaled.Sum(r => Math.Pow(Dot(r, x) - 1, 2)))!;
        return [.. best.Select((v, c) => v / scale[c])];
    }

    /// <summary>The unconstrained solution with these columns alone, by Gaussian elimination; null where they depend on each other.</summary>
    private static double[]? Solve(List<double[]> rows, int[] subset, int columns)
    {
        var n = subset.Length;
        var system = new double[n, n + 1];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++) system[i, j] = rows.Sum(r => r[subset[i]] * r[subset[j]]);
            system[i, n] = rows.Sum(r => r[subset[i]]);
        }

        for (var pivot = 0; pivot < n; pivot++)
        {
            var row = Enumerable.Range(pivot, n - pivot).MaxBy(r => Math.Abs(system[r, pivot]));
            if (Math.Abs(system[row, pivot]) < 1e-12 * rows.Count) return null;
            for (var c = 0; c <= n; c++) (system[pivot, c], system[row, c]) = (system[row, c], system[pivot, c]);
            for (var r = 0; r < n; r++)
            {
                if (r == pivot) continue;
                var factor = system[r, pivot] / system[pivot, pivot];
                for (var c = pivot; c <= n; c++) system[r, c] -= factor * system[pivot, c];
            }
        }

        var solution = new double[columns];
        for (var i = 0; i < n; i++) solution[subset[i]] = system[i, n] / system[i, i];
        return solution;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
