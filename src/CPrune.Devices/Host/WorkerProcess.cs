using System.Diagnostics;
using CPrune.Devices.Host.Protocol;
using CPrune.Graph;

namespace CPrune.Devices.Host;

/// <summary>
/// One worker process, seen from its owner: started with the first request, and again with the next request after it crashed or was
/// killed for taking too long. Not to be used by two callers at once.
/// </summary>
internal sealed class WorkerProcess(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(5);

    private Process? _process;
    private FirstLine _stderr = new();

    /// <summary>Counts starts; a change tells that the worker has forgotten its task.</summary>
    public int Generation { get; private set; }

    public bool IsRunning => _process is { HasExited: false };

    /// <exception cref="UserErrorException">The worker says that the machine lacks something.</exception>
    /// <exception cref="InvalidOperationException">No worker can be started.</exception>
    public async Task<WorkerAnswer> AskAsync(
        Request request, ReadOnlyMemory<byte> payload, TimeSpan limit, CancellationToken cancellation)
    {
        var process = await StartedAsync(cancellation).ConfigureAwait(false);
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            await Frame.WriteAsync(process.StandardInput.BaseStream, request, ProtocolJson.Default.Request, payload, both.Token).ConfigureAwait(false);
            var (reply, bulk) = await Frame.ReadAsync(process.StandardOutput.BaseStream, ProtocolJson.Default.Reply, both.Token).ConfigureAwait(false);
            return reply is Reply.UserError error
                ? throw new UserErrorException(error.Kind, error.Message)
                : new WorkerAnswer.Replied(reply, bulk);
        }
        catch (OperationCanceledException)
        {
            Kill();
            cancellation.ThrowIfCancellationRequested();
            return new WorkerAnswer.TimedOut(limit);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            var end = await EndOfAsync(process).ConfigureAwait(false);
            // Who ends a command may end its workers before it hears of it: that is no fault of a program.
            cancellation.ThrowIfCancellationRequested();
            return new WorkerAnswer.Crashed(end);
        }
    }

    public void Dispose() => Kill();

    private async Task<Process> StartedAsync(CancellationToken cancellation)
    {
        if (_process is { HasExited: false } running) return running;
        Kill();
        var stderr = _stderr = new FirstLine();
        var process = Process.Start(WorkerLocator.StartInfo()) ?? throw new InvalidOperationException("the worker process did not start");
        _process = process;
        Generation++;
        process.ErrorDataReceived += (_, line) => stderr.Add(line.Data);
        process.BeginErrorReadLine();
        using var timer = new CancellationTokenSource(StartLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            var (hello, _) = await Frame.ReadAsync(process.StandardOutput.BaseStream, ProtocolJson.Default.Reply, both.Token).ConfigureAwait(false);
            if (hello is Reply.Hello { Version: Frame.Version }) return process;
            Kill();
            throw new InvalidOperationException($"the worker program is of another build ({hello}): build CPrune again");
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new InvalidOperationException($"the worker process did not start: {await EndOfAsync(process).ConfigureAwait(false)}", error);
        }
        catch (OperationCanceledException)
        {
            Kill();
            cancellation.ThrowIfCancellationRequested();
            throw new InvalidOperationException($"the worker process did not start within {StartLimit.TotalSeconds:0} s");
        }
    }

    /// <summary>Waits for a process that closed its output, and says how it ended.</summary>
    private async Task<string> EndOfAsync(Process process)
    {
        using var timer = new CancellationTokenSource(ExitLimit, time);
        try
        {
            await process.WaitForExitAsync(timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Kill();
            return "the worker broke off and did not end by itself";
        }

        var reason = ExitReason.Of(process.ExitCode);
        Kill();
        return _stderr.Text is { } line ? $"{reason}: {line}" : reason;
    }

    private void Kill()
    {
        if (_process is not { } process) return;
        _process = null;
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It had already ended, which is what was wanted.
        }

        process.Dispose();
    }
}
