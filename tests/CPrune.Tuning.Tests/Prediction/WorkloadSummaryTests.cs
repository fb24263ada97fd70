using CPrune.Compiler.Expressions;
using CPrune.Tuning.Prediction;

namespace CPrune.Tuning.Tests.Prediction;

public class WorkloadSummaryTests
{
    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, SampleSet.All.Count)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_tells_the_sizes_of_its_computation(int kind)
    {
        var computation = SampleSet.All[kind];
        var summary = WorkloadSummary.TryRead(computation.Key);
        Assert.NotNull(summary);
        Assert.Equal(
            computation.Axes.Where(a => a.Kind != AxisKind.Inner).ToDictionary(a => a.Name, a => a.Extent).OrderBy(a => a.Key, StringComparer.Ordinal), summary.Axes);
        Assert.Equal(computation.Reducer, summary.Reducer);
        Assert.Equal(computation[computation.LaneAxis].Extent, summary.LaneExtent);
        Assert.Equal(Elements(computation, BufferRole.Activation), summary.Activations);
        Assert.Equal(computation.WeightBytes, summary.Weights * sizeof(float));
        Assert.Equal(computation.Output.Extents.Aggregate(1L, (n, e) => n * e), summary.Outputs);
    }

    [Fact]
    public void A_convolution_s_stride_and_epilogue_are_told()
    {
        var summary = WorkloadSummary.TryRead(Samples.Conv(9, 7, 5, 37, new Window(3, Stride: 2, PadBefore: 0, PadAfter: 1), residual: true).Key)!;
        Assert.Equal((2, 3, true), (summary.Stride, summary.EpilogueSteps, summary.SumsChannels));
        Assert.Equal(37.0 * 5 * 9 * 4 * 3, summary.Points);
        Assert.False(WorkloadSummary.TryRead(Samples.Pool(9, 9, 16, new Window(3), max: true).Key)!.SumsChannels);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Images_in_blocks_have_the_same_sizes(int kind)
    {
        var plain = SampleSet.All[kind];
        var blocked = plain with
        {
            Inputs = [.. plain.Inputs.Select(b => b.Role == BufferRole.Activation ? b with { Block = 1 } : b)],
            Output = plain.Output with { Block = 1 },
        };
        var (expected, summary) = (WorkloadSummary.TryRead(plain.Key)!, WorkloadSummary.TryRead(blocked.Key)!);
        Assert.Equal((0, 1), (expected.Block, summary.Block));
        Assert.Equal(expected, summary with { Block = 0, Axes = expected.Axes });
    }

    [Theory]
    [InlineData("")]
    [InlineData("conv 3x3 64 64")]
    [InlineData("axes oc:8s; in #0a[8]; out [8] at [oc] lanes c; none #0[oc]; then acc")]
    public void Texts_of_another_form_are_not_read(string text) => Assert.Null(WorkloadSummary.TryRead(text));

    private static long Elements(Computation computation, BufferRole role) =>
        computation.Inputs.Where(b => b.Role == role).Sum(b => b.Extents.Aggregate(1L, (n, e) => n * e));
}
