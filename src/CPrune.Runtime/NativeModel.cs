namespace CPrune.Runtime;

/// <summary>A compiled model, loaded from its shared library.</summary>
public sealed class NativeModel : IDisposable
{
    /// <summary>Loads a library that CPrune wrote.</summary>
    /// <param name="threads">Threads to run on; 0 for the number the library was tuned for.</param>
    /// <exception cref="IOException">No such file, or not such a library.</exception>
    public static NativeModel Load(string path, int threads = 0) => throw new NotImplementedException();

    /// <summary>Input extents, NCHW with N = 1.</summary>
    public IReadOnlyList<int> InputShape => throw new NotImplementedException();

    /// <summary>Output extents, as the model states them, with N = 1.</summary>
    public IReadOnlyList<int> OutputShape => throw new NotImplementedException();

    /// <summary>Runs one image. Not to be called from two threads at once on one instance.</summary>
    public void Run(ReadOnlySpan<float> input, Span<float> output) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
