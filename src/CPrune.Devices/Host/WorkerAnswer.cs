using CPrune.Devices.Host.Protocol;

namespace CPrune.Devices.Host;

/// <summary>What came of a request to a worker: its reply, or its end.</summary>
internal abstract record WorkerAnswer
{
    private WorkerAnswer()
    {
    }

    internal sealed record Replied(Reply Reply, byte[] Payload) : WorkerAnswer;

    /// <param name="Reason">The signal or exit code, and the first line on stderr.</param>
    internal sealed record Crashed(string Reason) : WorkerAnswer;

    internal sealed record TimedOut(TimeSpan Limit) : WorkerAnswer;
}
