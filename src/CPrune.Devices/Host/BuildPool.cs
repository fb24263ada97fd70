using System.Collections.Concurrent;
using System.Text;
using CPrune.Compiler.Targets;
using CPrune.Devices.Host.Protocol;

namespace CPrune.Devices.Host;

/// <summary>A candidate's object file, or why there is none.</summary>
internal abstract record BuildResult
{
    private BuildResult()
    {
    }

    internal sealed record Ok(byte[] ObjectCode) : BuildResult;

    internal sealed record Failed(Measurement.Failed Failure) : BuildResult;
}

/// <summary>Workers that turn IR text into object files on all cores. They stand idle while anything is timed.</summary>
internal sealed class BuildPool(Target target, int workers, TimeProvider time) : IDisposable
{
    private readonly ConcurrentBag<WorkerProcess> _idle = [.. Enumerable.Range(0, workers).Select(_ => new WorkerProcess(time))];

    /// <summary>Builds all; results in the order of <paramref name="irTexts"/>.</summary>
    public async Task<BuildResult[]> BuildAsync(IReadOnlyList<string> irTexts, TimeSpan limit, CancellationToken cancellation)
    {
        var results = new BuildResult[irTexts.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
        await Parallel.ForAsync(0, irTexts.Count, parallel, async (index, stop) =>
        {
            if (!_idle.TryTake(out var worker)) throw new InvalidOperationException("more builds at a time than workers");
            try
            {
                results[index] = await BuildAsync(worker, irTexts[index], limit, stop).ConfigureAwait(false);
            }
            finally
            {
                _idle.Add(worker);
            }
        }).ConfigureAwait(false);
        return results;
    }

    public void Dispose()
    {
        foreach (var worker in _idle) worker.Dispose();
    }

    private async Task<BuildResult> BuildAsync(WorkerProcess worker, string irText, TimeSpan limit, CancellationToken cancellation)
    {
        var answer = await worker.AskAsync(new Request.Build(target), Encoding.UTF8.GetBytes(irText), limit, cancellation).ConfigureAwait(false);
        return answer switch
        {
            WorkerAnswer.Replied { Reply: Reply.Built, Payload: var code } => new BuildResult.Ok(code),
            WorkerAnswer.Replied { Reply: Reply.Failed failed } => Failed(FailureKind.BuildFailed, failed.Reason),
            WorkerAnswer.Crashed crashed => Failed(FailureKind.BuildFailed, $"the build worker crashed: {crashed.Reason}"),
            WorkerAnswer.TimedOut => Failed(FailureKind.TimedOut, $"building took more than {limit.TotalSeconds:0.##} s"),
            _ => throw new InvalidOperationException($"unexpected answer to a build: {answer}"),
        };

        static BuildResult Failed(FailureKind kind, string reason) => new BuildResult.Failed(new Measurement.Failed(kind, reason));
    }
}
