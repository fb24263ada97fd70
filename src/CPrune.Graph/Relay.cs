namespace CPrune.Graph;

/// <summary>Passes progress on at once and in order, on the reporting thread; <see cref="Progress{T}"/> would post it to the pool.</summary>
public sealed class Relay<T>(Action<T> receive) : IProgress<T>
{
    public void Report(T value) => receive(value);
}
