using System.Diagnostics;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Devices;
using CPrune.Devices.Host;

namespace CPrune.Tuning.Tests.Devices;

/// <summary>Kernels that go wrong, in a real worker: each must become a result, and the next kernel must run.</summary>
public sealed class WorkerFaultTests : IAsyncDisposable
{
    private static readonly Computation Identity = Samples.Elementwise(
        4, 5, 6, [Input], new Expr.Read(Input, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), AffineIndex.Of("c")]));

    private readonly HostDevice _device = new(Targets.Host(), TimeProvider.System, buildWorkers: 1);

    private static BufferSpec Input => new("x", BufferRole.Activation, [4, 5, 6]);

    [Fact]
    public async Task Every_fault_is_a_result_and_the_worker_comes_back()
    {
        string[] bodies =
        [
            KernelIr.Copy(120), KernelIr.Null, KernelIr.Copy(120), "this is no IR", KernelIr.Nothing, KernelIr.Copy(120, "1.5"),
            KernelIr.Copy(121), KernelIr.Trap, KernelIr.Copy(120),
        ];
        var results = await MeasureAsync(TimeSpan.FromSeconds(60), bodies);
        Assert.All(new[] { 0, 2, 8 }, i => Assert.IsType<Measurement.Ok>(results[i]));
        AssertFailed(results[1], FailureKind.Crashed, "killed by SIGSEGV (signal 11, invalid memory access)");
        AssertFailed(results[3], FailureKind.BuildFailed, "");
        AssertFailed(results[4], FailureKind.WrongResult, "element 0 is NaN instead of ");
        AssertFailed(results[5], FailureKind.WrongResult, "max error 5e-1 of the largest magnitude");
        AssertFailed(results[6], FailureKind.WrongResult, "the kernel wrote behind the end of its output");
        AssertFailed(results[7], FailureKind.Crashed, "killed by SIGILL");
        Assert.Equal(bodies.Length, results.Count);
    }

    /// <summary>
    /// No order of summation makes errors of a per cent: one that small is a wrong program, in all elements or in one. Factors and shifts
    /// are exact in binary.
    /// </summary>
    [Fact]
    public async Task A_kernel_that_is_wrong_by_less_than_a_per_cent_is_refused()
    {
        const string OverOne = "1.0078125", UnderOne = "0.9921875", Shift = "0.0078125", Rounding = "1.00000762939453125";
        var results = await MeasureAsync(
            TimeSpan.FromSeconds(60), KernelIr.Copy(120, OverOne), KernelIr.Copy(120, UnderOne), KernelIr.Copy(120, "1.0", 0, Shift),
            KernelIr.Copy(120, "1.0", 61, Shift), KernelIr.Copy(120, "1.0", 119, $"-{Shift}"), KernelIr.Copy(120, Rounding));
        Assert.Equal(6, results.Count);
        Assert.All(results.Take(2), r => AssertFailed(r, FailureKind.WrongResult, "max error 7.81e-3 of the largest magnitude"));
        foreach (var (result, element) in results.Skip(2).Zip([0, 61, 119]))
            AssertFailed(result, FailureKind.WrongResult, $"element {element} is ");
        // What another order of summation may do.
        Assert.IsType<Measurement.Ok>(results[5]);
    }

    [Fact]
    public async Task A_kernel_that_hangs_is_ended_at_its_limit_and_the_worker_comes_back()
    {
        // Starts the workers, whose start does not count against the limit.
        Assert.IsType<Measurement.Ok>((await MeasureAsync(TimeSpan.FromSeconds(60), KernelIr.Copy(120)))[0]);
        var (limit, watch) = (TimeSpan.FromSeconds(2), Stopwatch.StartNew());
        AssertFailed((await MeasureAsync(limit, KernelIr.Endless))[0], FailureKind.TimedOut, " more than 2 s");
        // Ten times the limit, because the machine may be busy.
        Assert.InRange(watch.Elapsed, 0.9 * limit, 10 * limit);
        Assert.IsType<Measurement.Ok>((await MeasureAsync(TimeSpan.FromSeconds(60), KernelIr.Copy(120)))[0]);
    }

    [Fact]
    public async Task A_good_kernel_has_a_plausible_time()
    {
        var ok = Assert.IsType<Measurement.Ok>((await MeasureAsync(TimeSpan.FromSeconds(60), KernelIr.Copy(120)))[0]);
        Assert.InRange(ok.Latency.Median, 1e-9, 1e-3);
        Assert.InRange(ok.Latency.Median, ok.Latency.Low, ok.Latency.High);
    }

    [Fact]
    public async Task Cancelling_ends_a_hanging_kernel_at_once()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var options = new MeasureOptions(null, TimeSpan.FromMinutes(10));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _device.MeasureSourcesAsync(Identity, [KernelIr.Source(KernelIr.Endless)], options, cancel.Token));
    }

    /// <summary>Ctrl-C goes to all processes of a terminal. What becomes of it is for the owner to say.</summary>
    [Fact]
    public async Task An_interrupt_of_the_terminal_is_no_fault_of_a_kernel()
    {
        Assert.IsType<Measurement.Ok>((await MeasureAsync(TimeSpan.FromSeconds(60), KernelIr.Copy(120)))[0]);
        var workers = WorkersOfThisProcess();
        Assert.NotEmpty(workers);
        foreach (var worker in workers) Process.Start("kill", $"-INT {worker}").WaitForExit();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.IsType<Measurement.Ok>((await MeasureAsync(TimeSpan.FromSeconds(60), KernelIr.Copy(120)))[0]);
        Assert.Subset(WorkersOfThisProcess().ToHashSet(), workers.ToHashSet());
    }

    private static IReadOnlyList<int> WorkersOfThisProcess() =>
    [
        .. Directory.GetDirectories("/proc/self/task").SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)
            .Where(id => File.Exists($"/proc/{id}/cmdline") && File.ReadAllText($"/proc/{id}/cmdline").Contains("CPrune.Worker", StringComparison.Ordinal)),
    ];

    [Fact]
    public async Task A_library_that_is_none_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), $"cprune-no-library-{Environment.ProcessId}.so");
        await File.WriteAllTextAsync(path, "no library", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<LibraryFailedException>(
            () => _device.MeasureModelAsync(path, new CompareOptions(0.1, TimeSpan.FromSeconds(1), null), TestContext.Current.CancellationToken));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    private Task<IReadOnlyList<Measurement>> MeasureAsync(TimeSpan limit, params string[] bodies)
    {
        KernelSource[] sources = [.. bodies.Select(KernelIr.Source)];
        return _device.MeasureSourcesAsync(Identity, sources, new MeasureOptions(null, limit), TestContext.Current.CancellationToken);
    }

    private static void AssertFailed(Measurement measurement, FailureKind kind, string reason)
    {
        var failed = Assert.IsType<Measurement.Failed>(measurement);
        Assert.Equal(kind, failed.Kind);
        Assert.Contains(reason, failed.Reason, StringComparison.Ordinal);
    }
}
