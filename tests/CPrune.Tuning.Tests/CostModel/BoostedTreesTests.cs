using System.Runtime.InteropServices;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Tests.CostModel;

public class BoostedTreesTests
{
    [Fact]
    public void Trees_learn_a_monotone_function()
    {
        var (rows, targets) = Data(200, seed: 1);
        using var trees = BoostedTrees.Train(rows, targets);
        var (newRows, expected) = Data(100, seed: 2);
        var predicted = trees.Predict(newRows);
        var inOrder = 0;
        for (var i = 0; i < 100; i++)
            for (var j = 0; j < i; j++)
                if (predicted[i] > predicted[j] == expected[i] > expected[j]) inOrder++;
        Assert.True(inOrder > 0.92 * 4950, $"{inOrder} of 4950 pairs in order");
    }

    [Fact]
    public void The_same_data_gives_the_same_trees()
    {
        var (rows, targets) = Data(60, seed: 3);
        using var first = BoostedTrees.Train(rows, targets);
        using var second = BoostedTrees.Train(rows, targets);
        Assert.Equal(first.Predict(rows), second.Predict(rows));
    }

    [Fact]
    public void Rows_of_other_lengths_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => BoostedTrees.Train([new float[] { 1, 2 }, new float[] { 1 }], [1, 2]));
        Assert.StartsWith("row 1 has 1 features instead of 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_programs_teach_nothing()
    {
        var few = Enumerable.Range(0, LearnedRanker.FewestSamples - 1).Select(i => Record($"w{i}", 1, ProgramFeatures.Count)).ToList();
        Assert.Null(LearnedRanker.Train(few, ProgramFeatures.Count));
        using var ranker = LearnedRanker.Train([.. few, Record("w", 1, ProgramFeatures.Count)], ProgramFeatures.Count);
        Assert.NotNull(ranker);
    }

    [Fact]
    public void Features_of_another_version_teach_nothing() =>
        Assert.Null(LearnedRanker.Train([.. Enumerable.Range(0, 100).Select(i => Record($"w{i}", 1, 3))], ProgramFeatures.Count));

    [Theory]
    [InlineData(Architecture.X64, "the tuner's cost model cannot load LightGBM: install the OpenMP runtime (apt-get install libgomp1)")]
    [InlineData(Architecture.Arm64, "the tuner's cost model cannot load LightGBM: its package has no library for Arm64 processors; tune on an x86-64 machine")]
    public void A_library_that_is_missing_is_told_by_the_architecture(Architecture architecture, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => LightGbmNative.WithLibrary<int>(() => throw new DllNotFoundException(), architecture));
        Assert.Equal((UserErrorKind.Target, message), (error.Kind, error.Message));
    }

    private static TuningRecord Record(string schedule, double seconds, int features) =>
        new(new Conditions("t", CacheState.Warm), "w", schedule, new(seconds, seconds, seconds, 10), null, default) { Features = [.. new float[features]] };

    private static (IReadOnlyList<float>[] Rows, float[] Targets) Data(int count, int seed)
    {
        var random = new Random(seed);
        IReadOnlyList<float>[] rows = [.. Enumerable.Range(0, count).Select(_ => new[] { random.NextSingle(), random.NextSingle(), random.NextSingle() })];
        return (rows, [.. rows.Select(r => r[0] * r[0] + 0.3f * r[1])]);
    }
}
