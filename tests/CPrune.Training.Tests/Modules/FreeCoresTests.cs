using CPrune.Training.Modules;
using CPrune.Training.Native;
using TorchSharp;

namespace CPrune.Training.Tests.Modules;

/// <summary>How many threads torch gets beside other processes.</summary>
public class FreeCoresTests
{
    [Theory]
    [InlineData(0, 2, 2, 2)]
    [InlineData(0.4, 2, 2, 2)]
    [InlineData(0.6, 2, 2, 1)]
    [InlineData(2, 2, 2, 1)]
    [InlineData(3, 8, 8, 5)]
    [InlineData(3, 8, 4, 4)]
    public void OneThreadForEachCoreThatIsFree(double others, int cores, int all, int threads) =>
        Assert.Equal(threads, FreeCores.ThreadsBeside(others, cores, all));

    [Fact]
    public void BusyIsWhatProcessesAndInterruptsTook() =>
        Assert.Equal((100 + 20 + 30 + 1 + 2) / 100.0, CpuTime.BusyOf("cpu  100 20 30 4000 500 1 2 7 0 0")!.Value, 1e-9);

    [Theory]
    [InlineData("")]
    [InlineData("cpu 1 2 3")]
    [InlineData("cpu0 100 20 30 4000 500 1 2 7 0 0")]
    public void WhatIsNoSuchLineSaysNothing(string line) => Assert.Null(CpuTime.BusyOf(line));

    /// <summary>A process that keeps a core busy for a while takes one thread, and gives it back.</summary>
    [Fact]
    public void ThreadsFollowWhatOthersUse()
    {
        TorchRuntime.Ensure();
        var all = torch.get_num_threads();
        var (clock, used) = (new SteppedClock(), new CpuTime(0, 0));
        using (var cores = new FreeCores(clock, all, () => used))
        {
            Pass(busy: all, own: all - 1);
            Assert.Equal(Math.Max(1, all - 1), torch.get_num_threads());
            Pass(busy: all, own: all);
            Assert.Equal(all, torch.get_num_threads());
            Pass(busy: all, own: 0);
            Assert.Equal(1, torch.get_num_threads());

            void Pass(double busy, double own)
            {
                clock.Seconds += 2;
                used = new CpuTime(used.Busy + (2 * busy), used.Own + (2 * own));
                cores.Heed();
            }
        }

        Assert.Equal(all, torch.get_num_threads());
    }

    private sealed class SteppedClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }
}
