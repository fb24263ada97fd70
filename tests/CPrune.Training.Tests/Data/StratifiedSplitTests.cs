using CPrune.Training.Data;
using CsCheck;

namespace CPrune.Training.Tests.Data;

public class StratifiedSplitTests
{
    private static readonly Gen<(int[] Labels, int Count, int Seed)> Cases =
        from labels in Gen.Int[0, 9].Array[1, 200]
        from count in Gen.Int[0, labels.Length]
        from seed in Gen.Int
        select (labels, count, seed);

    [Fact]
    public void A_cut_has_the_exact_size_and_each_class_gives_its_share() => Cases.Sample(c =>
    {
        var (kept, cut) = StratifiedSplit.Cut([.. c.Labels], c.Count, c.Seed);
        Assert.Equal(c.Count, cut.Length);
        Assert.Equal(Enumerable.Range(0, c.Labels.Length), kept.Concat(cut).Order());
        Assert.Equal(cut.Order(), cut);
        foreach (var members in c.Labels.GroupBy(l => l))
        {
            var share = (double)members.Count() * c.Count / c.Labels.Length;
            Assert.InRange(cut.Count(i => c.Labels[i] == members.Key), share - 1, share + 1);
        }
    }, iter: 300);

    [Fact]
    public void Seeds_differ()
    {
        int[] labels = [.. Enumerable.Range(0, 100).Select(i => i % 4)];
        Assert.Equal(StratifiedSplit.Cut([.. labels], 20, 1).Cut, StratifiedSplit.Cut([.. labels], 20, 1).Cut);
        Assert.NotEqual(StratifiedSplit.Cut([.. labels], 20, 1).Cut, StratifiedSplit.Cut([.. labels], 20, 2).Cut);
    }
}
