using CPrune.Compiler.Schedules;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Space;

namespace CPrune.Tuning.Tests.Space;

/// <summary>What the search knows of pixels that share the last filters' accumulators.</summary>
public class SharedTailSpaceTests
{
    [Theory]
    [InlineData(24, 1.0)] // 14 + 7 accumulators for 14 pixels of 24 filters
    [InlineData(37, (2 * 14 + 5) * 16 / (14.0 * 37))] // three pixels' 5 filters fit into one
    [InlineData(30, 32 / 30.0)]
    public void Waste_is_what_is_left_after_sharing(int filters, double waste)
    {
        var facts = Facts(filters, $"split oc {(filters + 15) / 16} 16; split ow 14; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1");
        Assert.Equal(waste, facts.LaneWaste, 6);
        Assert.Equal(waste, facts.TailWaste, 6);
    }

    [Fact]
    public void Registers_are_counted_after_sharing()
    {
        // 18 pixels: 18 + 9 accumulators, two vectors of weights, a blend and a broadcast.
        var facts = Facts(24, "split oc 2 16; split ow 18; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1");
        Assert.Equal(31, facts.RegistersNeeded);
    }

    [Fact]
    public void Tiles_with_more_pixels_are_drawn_where_pixels_share()
    {
        Assert.InRange(MostPixels(24, vectors: 2), 16, 20);
        Assert.InRange(MostPixels(32, vectors: 2), 8, 15);

        static int MostPixels(int filters, int vectors)
        {
            var sketch = new Sketch(Samples.Conv(28, 28, 16, filters, new Window(1)), Targets.Wide());
            var sampler = new Sampler(sketch, new Random(1));
            return Enumerable.Range(0, 500).Select(_ => sampler.Draw()).Where(d => d.Lanes == new VectorLanes(16) && d.Spatial[sketch.LaneAxis].Register == vectors)
                .Max(d => d.Spatial.Aggregate(1, (n, t) => n * t.Register) / vectors);
        }
    }

    [Fact]
    public void Tiles_leave_no_lonely_vector_at_the_end_more_often_than_chance_would()
    {
        // 72 filters are 4.5 vectors: 3 + 1.5 and 4.5 share, 2 + 2 + 0.5 and 4 + 0.5 do not.
        var sketch = new Sketch(Samples.Conv(28, 28, 16, 72, new Window(1)), Targets.Wide());
        var sampler = new Sampler(sketch, new Random(1));
        var wide = Enumerable.Range(0, 1000).Select(_ => sampler.Draw()).Where(d => d.Lanes == new VectorLanes(16)).ToList();
        Assert.InRange((double)wide.Count(d => d.Spatial[sketch.LaneAxis].Register == 3) / wide.Count, 0.2, 0.4);
    }

    private static NestFacts Facts(int filters, string schedule)
    {
        var sketch = new Sketch(Samples.Conv(28, 126, 16, filters, new Window(1)), Targets.Wide());
        return new NestFacts(sketch.Apply(Schedule.Parse(schedule))!, sketch.Target);
    }
}
