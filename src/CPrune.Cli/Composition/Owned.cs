namespace CPrune.Cli.Composition;

/// <summary>Disposes what it holds, where that can be disposed of.</summary>
internal sealed class Owned<T>(T value) : IDisposable where T : class
{
    public T Value { get; } = value;

    public void Dispose() => (Value as IDisposable)?.Dispose();
}
