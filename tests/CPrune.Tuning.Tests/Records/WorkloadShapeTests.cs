using CPrune.Tuning.Records;

namespace CPrune.Tuning.Tests.Records;

public class WorkloadShapeTests
{
    private static readonly Window Window3 = new(3, PadBefore: 1, PadAfter: 1);

    [Fact]
    public void A_cut_keeps_the_family() =>
        Assert.Equal(Of(Samples.Conv(8, 8, 64, 64, Window3)).Family, Of(Samples.Conv(8, 8, 48, 60, Window3, relu: false)).Family);

    [Fact]
    public void Groups_of_other_sizes_are_of_one_family() =>
        Assert.Equal(Of(Samples.Conv(8, 8, 16, 32, Window3, groups: 4)).Family, Of(Samples.Conv(8, 8, 24, 48, Window3, groups: 4)).Family);

    [Fact]
    public void Windows_strides_and_kinds_are_families_of_their_own()
    {
        string[] families =
        [
            Of(Samples.Conv(8, 8, 16, 16, Window3)).Family, Of(Samples.Conv(8, 8, 16, 16, new Window(1))).Family,
            Of(Samples.Conv(8, 8, 16, 16, Window3 with { Stride = 2 })).Family, Of(Samples.Depthwise(8, 8, 16, Window3)).Family,
            Of(Samples.Pool(8, 8, 16, Window3, max: true)).Family,
        ];
        Assert.Distinct(families);
    }

    [Fact]
    public void Distance_counts_doublings() =>
        Assert.Equal(3, Of(Samples.Conv(8, 8, 64, 64, Window3)).DistanceTo(Of(Samples.Conv(8, 8, 32, 16, Window3))));

    private static WorkloadShape Of(CPrune.Compiler.Expressions.Computation computation) => WorkloadShape.Of(computation);
}
