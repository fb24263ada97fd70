using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>Lanes that are partial sums along the input channels.</summary>
public class LaneSumTests
{
    [Theory]
    [InlineData("host", 0)]
    [InlineData("x86-64-v3", 1000)]
    [InlineData("x86-64-v2", 2000)]
    public void Any_channels_and_filters_are_right_where_lanes_are_partial_sums(string name, int firstSeed)
    {
        var target = Runnable.Target(name);
        var sharing = 0;
        for (var seed = firstSeed; seed < firstSeed + 30; seed++)
        {
            var random = new Random(seed);
            var computation = random.Next(4) == 0 ? Samples.Dense(random.Next(1, 3), 2, random.Next(1, 50), random.Next(1, 20)) : Conv(random);
            var schedule = Schedule(random, computation, target);
            if (((ScheduleResult.Ok)ScheduledNest.Apply(computation, schedule, target)).Nest.SharedTaps is not null) sharing++;
            Check.Agrees(new Trial(computation, schedule, seed), target);
        }
        Assert.InRange(sharing, 4, 30);
    }

    /// <summary>A convolution, perhaps of groups, with a residual that may have fewer channels or rows than the result.</summary>
    private static Computation Conv(Random random)
    {
        var kernel = random.Next(1, 4);
        var window = new Window(kernel, random.Next(1, 3), 1, random.Next(kernel), random.Next(kernel));
        var (height, width, filters) = (random.Next(3, 9), random.Next(5, 14), random.Next(1, 14));
        if (random.Next(4) == 0) return Samples.Conv(height, width, 3 * random.Next(1, 40), 3 * filters, window, groups: 3, residual: true);
        var conv = Samples.Conv(height, width, random.Next(1, 60), filters, window, outputOffset: random.Next(3), outputChannels: filters + 4);
        if (random.Next(3) == 0) return conv;
        var (rows, channels) = (random.Next(2) == 0 ? 1 : 0, random.Next(2) == 0 ? random.Next(0, filters) : 0);
        var skip = new BufferSpec("s", BufferRole.Activation, [conv["oh"].Extent, conv["ow"].Extent, filters - channels]);
        var read = new Expr.Read(
            skip, [AffineIndex.Of("oh", 1, rows), AffineIndex.Of("ow"), AffineIndex.Of("oc", 1, -random.Next(channels + 1))], random.Next(2) * 0.5f);
        return conv with { Inputs = conv.Inputs.Add(skip), Epilogue = Samples.Add(conv.Epilogue, read) };
    }

    private static Schedule Schedule(Random random, Computation computation, Target target)
    {
        while (true)
        {
            var lanes = new[] { 4, 8, 16 }[random.Next(3)];
            var inner = random.Next(2) == 0 ? $"{random.Next(1, 4)} {lanes}" : $"{lanes}";
            var (middle, lane) = inner.Contains(' ') ? ("ic.1", "ic.2") : ("", "ic.1");
            var pixels = computation.Has("ow") ? $"split ow {random.Next(1, 6)}; " : "";
            var filters = random.Next(5) == 0 ? "" : $"split oc {random.Next(1, 8)}; ";
            List<string> registers = [.. pixels.Length > 0 ? ["ow.1"] : Array.Empty<string>(), .. filters.Length > 0 ? ["oc.1"] : Array.Empty<string>()];
            if (random.Next(2) == 0) registers.Reverse();
            var outer = (computation.Has("g") ? "g " : "") + (filters.Length > 0 ? "oc.0 " : "oc ") + (pixels.Length > 0 ? "oh ow.0 " : "");
            var tile = registers.Count > 0 ? $"; registers {string.Join(' ', registers)}" : "";
            var schedule = Compiler.Schedules.Schedule.Parse(
                $"{pixels}{filters}split ic {inner}; order {outer}kh kw ic.0 {middle} {string.Join(' ', registers)} {lane}; vectorize {lane}{tile}");
            if (ScheduledNest.Apply(computation, schedule, target) is ScheduleResult.Ok) return schedule;
        }
    }
}
