using System.Diagnostics;
using CPrune.Compiler.Llvm;
using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Devices.Host.Protocol;

namespace CPrune.Tuning.Tests.Devices;

public class OrphanTests
{
    /// <summary>When its owner is killed, a worker's stdin ends; it must end too, even while a kernel hangs.</summary>
    [Fact]
    public async Task A_worker_whose_owner_is_gone_ends()
    {
        var stop = TestContext.Current.CancellationToken;
        using var worker = Process.Start(WorkerLocator.StartInfo())!;
        var (input, output) = (worker.StandardInput.BaseStream, worker.StandardOutput.BaseStream);
        Assert.IsType<Reply.Hello>((await Frame.ReadAsync(output, ProtocolJson.Default.Reply, stop)).Header);
        await Frame.WriteAsync(input, new Request.LoadTask(1, [16]), ProtocolJson.Default.Request, new byte[64], stop);
        Assert.IsType<Reply.TaskLoaded>((await Frame.ReadAsync(output, ProtocolJson.Default.Reply, stop)).Header);
        var endless = ObjectCompiler.Compile(KernelIr.Source(KernelIr.Endless).IrText, Targets.Host());
        await Frame.WriteAsync(
            input, new Request.MeasureKernel("kernel", 1, 1, [null], 1e-4, null, TimingPlan.Kernel, 1 << 20, CacheState.Warm), ProtocolJson.Default.Request, endless, stop);
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        Assert.False(worker.HasExited);
        input.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await worker.WaitForExitAsync(patience.Token);
        Assert.Equal(0, worker.ExitCode);
    }
}
