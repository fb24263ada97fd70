using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Space;
using CsCheck;

namespace CPrune.Tuning.Tests.Space;

public class SketchTests
{
    /// <summary>The first reduction axis of a convolution and of a dense layer.</summary>
    private const int Ic = 0;

    private static readonly Target[] SomeTargets = [Targets.Wide(), Targets.Wide(4), Targets.Narrow()];

    private static readonly Gen<(Computation Computation, Target Target, int Seed)> Cases = Gen.Select(
        Gen.Int[0, SampleSet.All.Count - 1], Gen.Int[0, SomeTargets.Length - 1], Gen.Int[0, 1 << 20],
        (sample, target, seed) => (SampleSet.All[sample], SomeTargets[target], seed));

    [Fact]
    public void Most_random_programs_are_legal() =>
        Cases.Sample((computation, target, seed) =>
        {
            var sketch = new Sketch(computation, target);
            var sampler = new Sampler(sketch, new Random(seed));
            var legal = Enumerable.Range(0, 20).Count(_ => sketch.Apply(sampler.Draw()) is not null);
            Assert.True(legal >= 14, $"{legal} of 20 for {computation.Key}");
        }, iter: 60);

    [Fact]
    public void A_schedule_reads_back_to_the_same_code_shape() =>
        Programs((sketch, decisions, nest) =>
        {
            var read = sketch.Read(nest.Schedule);
            Assert.NotNull(read);
            Assert.Equal(Shape(nest), Shape(sketch.Apply(read)!));
        });

    [Fact]
    public void The_untuned_schedule_is_in_the_space() =>
        Assert.All(SampleSet.All, computation =>
        {
            var sketch = new Sketch(computation, Targets.Wide());
            var untuned = sketch.Apply(DefaultSchedule.For(computation, sketch.Target))!;
            Assert.Equal(Shape(untuned), Shape(sketch.Apply(sketch.Read(untuned.Schedule)!)!));
        });

    [Fact]
    public void Variation_stays_in_the_space_and_moves() =>
        Cases.Sample((computation, target, seed) =>
        {
            var random = new Random(seed);
            var sketch = new Sketch(computation, target);
            var sampler = new Sampler(sketch, random);
            var variation = new Variation(sketch, sampler, random);
            var (a, b) = (sampler.Draw(), sampler.Draw());
            // A transform of few pixels fills the register file: of nine changes only two do anything there, one for certain.
            var children = Enumerable.Range(0, 200).Select(_ => variation.Mutate(a)).Append(variation.Cross(a, b)).Select(c => sketch.ToSchedule(c)).ToList();
            Assert.True(children.Count(c => sketch.Apply(c) is not null) >= 100, computation.Key);
            Assert.True(children.Distinct().Count() > 1, computation.Key);
        }, iter: 60);

    [Fact]
    public void A_program_can_be_replayed_and_read_after_a_cut()
    {
        var before = new Sketch(Samples.Conv(8, 8, 64, 64, new Window(3, PadBefore: 1, PadAfter: 1)), Targets.Wide());
        var after = new Sketch(Samples.Conv(8, 8, 64, 48, new Window(3, PadBefore: 1, PadAfter: 1)), Targets.Wide());
        var sampler = new Sampler(before, new Random(1));
        var programs = Enumerable.Range(0, 50).Select(_ => before.Apply(sampler.Draw())).OfType<ScheduledNest>().ToList();
        Assert.InRange(programs.Count, 35, 50);
        Assert.All(programs, nest =>
        {
            var read = after.Read(nest.Schedule);
            Assert.NotNull(read);
            Assert.NotNull(after.Apply(read));
        });
    }

    [Fact]
    public void Lanes_follow_the_target()
    {
        var computation = Samples.Conv(8, 8, 16, 32, new Window(3));
        Assert.Equal([new(4), new(8), new(16), new(16, Ic)], new Sketch(computation, Targets.Wide()).LaneChoices);
        Assert.Equal([new(4), new(8), new(8, Ic)], new Sketch(computation, Targets.Narrow()).LaneChoices);
    }

    [Fact]
    public void Lanes_are_partial_sums_where_filters_are_few_or_there_is_one_pixel()
    {
        Assert.Contains(new VectorLanes(16, Ic), new Sketch(Samples.Conv(8, 8, 16, 5, new Window(3)), Targets.Wide()).LaneChoices);
        Assert.DoesNotContain(new VectorLanes(16, Ic), new Sketch(Samples.Conv(8, 8, 16, 65, new Window(3)), Targets.Wide()).LaneChoices);
        Assert.Contains(new VectorLanes(16, Ic), new Sketch(Samples.Dense(1, 1, 64, 1000), Targets.Wide()).LaneChoices);
        Assert.Equal([new(4), new(8), new(16)], new Sketch(Samples.Depthwise(8, 8, 37, new Window(3)), Targets.Wide()).LaneChoices);
    }

    [Fact]
    public void Programs_whose_lanes_are_partial_sums_are_drawn_varied_and_counted()
    {
        var sketch = new Sketch(Samples.Conv(8, 8, 40, 5, new Window(3, PadBefore: 1, PadAfter: 1)), Targets.Wide());
        var random = new Random(1);
        var sampler = new Sampler(sketch, random);
        var variation = new Variation(sketch, sampler, random);
        var drawn = Enumerable.Range(0, 100).Select(_ => variation.Mutate(sampler.Draw())).Where(d => d.Lanes.Reduction == Ic).ToList();
        Assert.InRange(drawn.Count, 10, 50);
        Assert.InRange(drawn.Count(d => sketch.Apply(d) is { SumsLanes: true }), drawn.Count * 7 / 10, drawn.Count);

        // 4 pixels of 5 filters; 40 channels are two vectors for each of 9 positions of the window, and two for the rest of each 3.
        var nest = sketch.Apply(Schedule.Parse("split oc 5; split ow 4; split ic 16; order oh oc.0 ow.0 kh kw ic.0 ow.1 oc.1 ic.1; vectorize ic.1; registers ow.1 oc.1"))!;
        var facts = new NestFacts(nest, sketch.Target);
        Assert.Equal((24, 20, 1.0, 24 * 16 / 360.0), (facts.Steps, facts.Results, facts.TailWaste, facts.LaneWaste));
    }

    [Fact]
    public void Features_are_finite_and_of_one_length() =>
        Programs((sketch, decisions, nest) =>
        {
            var features = ProgramFeatures.Of(nest, sketch.Target);
            Assert.Equal(ProgramFeatures.Count, features.Length);
            Assert.All(features, f => Assert.True(float.IsFinite(f)));
        });

    [Fact]
    public void Straight_line_code_stays_short_enough_for_the_instruction_cache() =>
        Programs((sketch, decisions, nest) => Assert.InRange(new NestFacts(nest, sketch.Target).UnrolledUpdates, 1, 640));

    [Fact]
    public void A_footprint_counts_windows_that_overlap_once()
    {
        // A row of 8 pixels under a 3x3 window with stride 1 touches 3 rows of the 8 pixels there are, with 16 channels.
        var sketch = new Sketch(Samples.Conv(8, 8, 16, 32, new Window(3, PadBefore: 1, PadAfter: 1)), Targets.Wide());
        var nest = sketch.Apply(Schedule.Parse("split oc 16; order oh oc.0 ow kh kw ic oc.1; vectorize oc.1"))!;
        var touched = new Footprint(nest).From(depth: 2);
        Assert.Equal(3 * 8 * 16 * 4, touched.Activations);
        Assert.Equal(16 * 16 * 9 * 4, touched.Weights);
    }

    private static void Programs(Action<Sketch, Decisions, ScheduledNest> check) =>
        Cases.Sample((computation, target, seed) =>
        {
            var sketch = new Sketch(computation, target);
            var sampler = new Sampler(sketch, new Random(seed));
            for (var draw = 0; draw < 5; draw++)
            {
                var decisions = sampler.Draw();
                if (sketch.Apply(decisions) is { } nest) check(sketch, decisions, nest);
            }
        }, iter: 60);

    /// <summary>Loops that turn at least twice, with their roles: what the code depends on.</summary>
    private static string Shape(ScheduledNest nest) =>
        string.Join(' ', nest.Loops.Where(l => l.Extent > 1 || l.Role == LoopRole.Parallel).Select(l => $"{l.Axis}:{l.Extent}x{l.Stride}/{l.Role}"));
}
