using System.Runtime.InteropServices;

namespace CPrune.Runtime;

/// <summary>A compiled model, loaded from its shared library.</summary>
public sealed unsafe class NativeModel : IDisposable
{
    private const int KnownAbi = 1;

    private readonly nint _library;
    private readonly delegate* unmanaged[Cdecl]<nint, float*, float*, void> _run;
    private readonly delegate* unmanaged[Cdecl]<nint, float*, float*, double*, void> _profile;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _destroy;
    private readonly int _inputCount;
    private readonly int _outputCount;
    private nint _model;

    private NativeModel(string path, nint library, int threads)
    {
        _library = library;
        var abi = ((delegate* unmanaged[Cdecl]<int>)Export("abi"))();
        if (abi != KnownAbi) throw new IOException($"'{path}' was compiled for version {abi} of the runtime; this is version {KnownAbi}");
        _run = (delegate* unmanaged[Cdecl]<nint, float*, float*, void>)Export("run");
        _profile = (delegate* unmanaged[Cdecl]<nint, float*, float*, double*, void>)Export("profile");
        _destroy = (delegate* unmanaged[Cdecl]<nint, void>)Export("destroy");
        InputShape = Shape("input_shape");
        OutputShape = Shape("output_shape");
        _inputCount = InputShape.Aggregate(1, (n, e) => n * e);
        _outputCount = OutputShape.Aggregate(1, (n, e) => n * e);
        Kernels = Names();
        var create = (delegate* unmanaged[Cdecl]<int, nint>)Export("create");
        _model = create(threads);
        if (_model == 0) throw new InvalidOperationException($"'{path}': not enough memory to run the model");
        Threads = ((delegate* unmanaged[Cdecl]<nint, int>)Export("threads"))(_model);

        nint Export(string name) => NativeLibrary.TryGetExport(library, $"cprune_model_{name}", out var address)
            ? address
            : throw new IOException($"'{path}' is a shared library, but not one that CPrune wrote: it has no function cprune_model_{name}");

        int[] Shape(string name)
        {
            var extents = stackalloc long[4];
            var rank = ((delegate* unmanaged[Cdecl]<long*, int>)Export(name))(extents);
            return [.. new ReadOnlySpan<long>(extents, rank).ToArray().Select(e => (int)e)];
        }

        string[] Names()
        {
            var count = ((delegate* unmanaged[Cdecl]<int>)Export("kernel_count"))();
            var name = (delegate* unmanaged[Cdecl]<int, nint>)Export("kernel_name");
            var names = new string[count];
            for (var i = 0; i < count; i++) names[i] = Marshal.PtrToStringUTF8(name(i)) ?? "";
            return names;
        }
    }

    ~NativeModel() => Release();

    /// <summary>Input extents, NCHW with N = 1.</summary>
    public IReadOnlyList<int> InputShape { get; }

    /// <summary>Output extents, as the model states them, with N = 1.</summary>
    public IReadOnlyList<int> OutputShape { get; }

    /// <summary>Threads the model runs on, the caller's among them.</summary>
    public int Threads { get; }

    /// <summary>What each kernel computes, in the order in which they run.</summary>
    public IReadOnlyList<string> Kernels { get; }

    /// <summary>Loads a library that CPrune wrote. The system does not read a path again while a library from it is loaded: give each version its own.</summary>
    /// <param name="threads">Threads to run on; 0 for the number the library was tuned for.</param>
    /// <exception cref="IOException">No such file, or not such a library.</exception>
    public static NativeModel Load(string path, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        // Without a separator the system would look elsewhere than in the current folder.
        var full = Path.GetFullPath(path);
        if (!File.Exists(full)) throw new FileNotFoundException($"there is no file '{path}'", path);
        nint library;
        try
        {
            library = NativeLibrary.Load(full);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new IOException($"'{path}' cannot be loaded as a shared library: {LoaderReason(e.Message, full)}", e);
        }

        try
        {
            return new NativeModel(path, library, threads);
        }
        catch
        {
            NativeLibrary.Free(library);
            throw;
        }
    }

    /// <summary>Runs one image. Not to be called from two threads at once on one instance.</summary>
    /// <exception cref="ArgumentException">A length is not the model's.</exception>
    public void Run(ReadOnlySpan<float> input, Span<float> output)
    {
        Check(input, output);
        fixed (float* from = input, to = output) _run(_model, from, to);
        GC.KeepAlive(this);
    }

    /// <summary>Runs one image and gives the seconds that each of <see cref="Kernels"/> took.</summary>
    /// <exception cref="ArgumentException">A length is not the model's.</exception>
    public void Profile(ReadOnlySpan<float> input, Span<float> output, Span<double> seconds)
    {
        Check(input, output);
        if (seconds.Length != Kernels.Count) throw new ArgumentException($"{seconds.Length} times were asked for, the model has {Kernels.Count} kernels", nameof(seconds));
        fixed (float* from = input, to = output)
        fixed (double* times = seconds)
            _profile(_model, from, to, times);
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Check(ReadOnlySpan<float> input, Span<float> output)
    {
        ObjectDisposedException.ThrowIf(_model == 0, this);
        if (input.Length != _inputCount)
            throw new ArgumentException($"the input has {input.Length} numbers, the model takes [{string.Join(',', InputShape)}], that is {_inputCount}", nameof(input));
        if (output.Length != _outputCount)
            throw new ArgumentException($"the output has room for {output.Length} numbers, the model gives [{string.Join(',', OutputShape)}], that is {_outputCount}", nameof(output));
    }

    private void Release()
    {
        // A constructor that failed leaves no model; whoever called it frees the library.
        var model = Interlocked.Exchange(ref _model, 0);
        if (model == 0) return;
        _destroy(model);
        NativeLibrary.Free(_library);
    }

    /// <summary>What the system's loader said: .NET puts advice in a line before it, and the path in front.</summary>
    private static string LoaderReason(string message, string path)
    {
        var last = message.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
        var prefix = $"{path}: ";
        return last.StartsWith(prefix, StringComparison.Ordinal) ? last[prefix.Length..] : last;
    }
}
