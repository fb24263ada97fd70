using static CPrune.Tuning.CostModel.LightGbmNative;

namespace CPrune.Tuning.CostModel;

/// <summary>Gradient boosted regression trees (LightGBM), trained once. The same data gives the same trees.</summary>
internal sealed class BoostedTrees : IDisposable
{
    private const string Parameters =
        "objective=regression num_leaves=31 min_data_in_leaf=4 min_sum_hessian_in_leaf=0 learning_rate=0.12 max_bin=127 " +
        "num_threads=1 seed=1 deterministic=true force_row_wise=true verbosity=-1";

    private const int Rounds = 80;

    private readonly Booster _booster;
    private readonly int _columns;

    private BoostedTrees(Booster booster, int columns)
    {
        _booster = booster;
        _columns = columns;
    }

    /// <param name="rows">Features, all of one length.</param>
    /// <param name="targets">What to predict, one a row.</param>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: LightGBM cannot be loaded.</exception>
    public static BoostedTrees Train(IReadOnlyList<IReadOnlyList<float>> rows, ReadOnlySpan<float> targets)
    {
        if (rows.Count == 0 || rows.Count != targets.Length) throw new ArgumentException("trees need one target a row, and a row", nameof(targets));
        var columns = rows[0].Count;
        var labels = targets.ToArray();
        return WithLibrary(() => new BoostedTrees(Boosted(Flat(rows, columns), labels, columns), columns));
    }

    public unsafe double[] Predict(IReadOnlyList<IReadOnlyList<float>> rows)
    {
        var result = new double[rows.Count];
        if (rows.Count == 0) return result;
        fixed (float* data = Flat(rows, _columns))
        fixed (double* output = result)
        {
            Check(LGBM_BoosterPredictForMat(
                _booster, data, Float32, rows.Count, _columns, RowMajor, PredictNormal, 0, -1, "num_threads=1", out _, output));
        }

        return result;
    }

    public void Dispose() => _booster.Dispose();

    private static unsafe Booster Boosted(float[] data, float[] labels, int columns)
    {
        nint dataset = 0;
        Booster? booster = null;
        try
        {
            fixed (float* values = data)
                Check(LGBM_DatasetCreateFromMat(values, Float32, labels.Length, columns, RowMajor, Parameters, 0, out dataset));
            fixed (float* values = labels) Check(LGBM_DatasetSetField(dataset, "label", values, labels.Length, Float32));
            Check(LGBM_BoosterCreate(dataset, Parameters, out booster));
            for (var round = 0; round < Rounds; round++)
            {
                Check(LGBM_BoosterUpdateOneIter(booster, out var isFinished));
                if (isFinished != 0) break;
            }

            return booster;
        }
        catch
        {
            booster?.Dispose();
            throw;
        }
        finally
        {
            // The trees keep nothing of the data set.
            if (dataset != 0) _ = LGBM_DatasetFree(dataset);
        }
    }

    private static float[] Flat(IReadOnlyList<IReadOnlyList<float>> rows, int columns)
    {
        var flat = new float[rows.Count * columns];
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows[row].Count != columns) throw new ArgumentException($"row {row} has {rows[row].Count} features instead of {columns}", nameof(rows));
            for (var column = 0; column < columns; column++) flat[row * columns + column] = rows[row][column];
        }

        return flat;
    }
}
