namespace CPrune.Cli.Output;

/// <summary>Progress handed on at once and in order, on the reporter's own thread (unlike <see cref="Progress{T}"/>).</summary>
internal sealed class Relay<T>(Action<T> handler) : IProgress<T>
{
    public void Report(T value) => handler(value);
}
