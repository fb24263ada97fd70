using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>Pixels whose last filters share accumulators.</summary>
public class SharedTailTests
{
    [Theory]
    [InlineData("host", 0)]
    [InlineData("x86-64-v3", 1000)]
    public void Any_number_of_filters_is_right_where_pixels_share_accumulators(string name, int firstSeed)
    {
        var target = TargetCatalog.Find(name, 1);
        var shared = 0;
        for (var seed = firstSeed; seed < firstSeed + 40; seed++)
        {
            var random = new Random(seed);
            var computation = Draw(random, target.MaxLanes);
            var schedule = Schedule(random, computation, target);
            if (Nest(computation, schedule, target).SharedTail is not null) shared++;
            Check.Agrees(computation, schedule, target, seed);
        }
        Assert.InRange(shared, 20, 40);
    }

    [Fact]
    public void Thirty_seven_filters_take_seventeen_multiply_adds_for_seven_pixels()
    {
        var target = TargetCatalog.Find("x86-64-v4", 1);
        var schedule = Compiler.Schedules.Schedule.Parse(
            "split oc 3 16; split ow 7; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1");
        var kernel = (KernelResult.Ok)KernelCompiler.Lower(Samples.Conv(7, 7, 8, 37, new Window(1)), schedule, target);
        Assert.Equal(17, kernel.Kernel.IrText.Split("call <16 x float> @llvm.fma").Length - 1);
    }

    /// <summary>A convolution with a residual that may have fewer channels or rows than the result.</summary>
    private static Computation Draw(Random random, int lanes)
    {
        var filters = lanes * random.Next(1, 4) + random.Next(1, lanes);
        var kernel = random.Next(1, 4);
        var window = new Window(kernel, random.Next(1, 3), 1, random.Next(kernel), random.Next(kernel));
        var (height, width) = (random.Next(3, 9), random.Next(5, 14));
        var conv = Samples.Conv(height, width, random.Next(1, 9), filters, window, outputOffset: random.Next(3), outputChannels: filters + 4);
        if (random.Next(3) == 0) return conv;
        var (rows, channels) = (random.Next(2) == 0 ? 1 : 0, random.Next(2) == 0 ? random.Next(1, filters) : 0);
        var skip = new BufferSpec("s", BufferRole.Activation, [conv["oh"].Extent, conv["ow"].Extent, filters - channels]);
        var read = new Expr.Read(
            skip, [AffineIndex.Of("oh", 1, rows), AffineIndex.Of("ow"), AffineIndex.Of("oc", 1, -random.Next(channels + 1))], random.Next(2) * 0.5f);
        return conv with { Inputs = conv.Inputs.Add(skip), Epilogue = Samples.Add(conv.Epilogue, read) };
    }

    private static Schedule Schedule(Random random, Computation computation, Target target)
    {
        var lanes = target.MaxLanes;
        var vectors = (computation["oc"].Extent + lanes - 1) / lanes;
        var tile = random.Next(4) == 0 ? 2 : vectors;
        var rows = random.Next(1, 3);
        var columns = random.Next(4, Math.Min(14, target.VectorRegisters * 2 / tile) + 1) / rows;
        string[] registers = random.Next(3) switch
        {
            0 => ["oc.1", "oh.1", "ow.1"],
            1 => ["oh.1", "oc.1", "ow.1"],
            _ => ["oh.1", "ow.1", "oc.1"],
        };
        var order = string.Join(' ', registers);
        return Compiler.Schedules.Schedule.Parse(
            $"split oc {tile} {lanes}; split oh {rows}; split ow {columns}; order oc.0 oh.0 ow.0 kh kw ic {order} oc.2; vectorize oc.2; registers {order}");
    }

    private static ScheduledNest Nest(Computation computation, Schedule schedule, Target target) =>
        ((ScheduleResult.Ok)ScheduledNest.Apply(computation, schedule, target)).Nest;
}
