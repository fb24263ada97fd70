using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>Compiles one kernel into this process and runs it on logical row-major inputs.</summary>
internal sealed unsafe class KernelRunner : IDisposable
{
    private readonly JitSession _session = new();
    private readonly Computation _computation;
    private readonly List<AlignedBuffer> _buffers = [];
    private readonly delegate* unmanaged[Cdecl]<float**, long, long, void> _function;
    private readonly int _output;

    /// <param name="over">The input that the output is written over; null for memory of its own.</param>
    public KernelRunner(Computation computation, Schedule schedule, Target target, IReadOnlyList<float[]> inputs, int? over = null)
    {
        Runnable.Require(target);
        _computation = computation;
        Kernel = KernelCompiler.Lower(computation, schedule, target) switch
        {
            KernelResult.Ok ok => ok.Kernel,
            KernelResult.Refused refused => throw new InvalidOperationException(refused.Reason),
            _ => throw new InvalidOperationException(),
        };
        _function = (delegate* unmanaged[Cdecl]<float**, long, long, void>)_session.Load(ObjectCompiler.Compile(Kernel.IrText, target), Kernel.Symbol);
        for (var i = 0; i < inputs.Count; i++) _buffers.Add(Input(i, inputs[i]));
        _buffers.Add(new AlignedBuffer(Count(computation.Output)));
        _output = over ?? _buffers.Count - 1;
    }

    public KernelSource Kernel { get; }

    /// <summary>The output after one run in as many shares as <paramref name="shares"/>; NaN where nothing was written. Once only where an input is written over.</summary>
    public float[] Run(int shares = 1)
    {
        if (_output == _buffers.Count - 1) _buffers[_output].Span.Fill(float.NaN);
        var addresses = stackalloc float*[_buffers.Count];
        for (var i = 0; i < _buffers.Count; i++) addresses[i] = _buffers[i].Address;
        addresses[_buffers.Count - 1] = _buffers[_output].Address;
        for (var share = 0; share < shares; share++)
            _function(addresses, (long)Kernel.ParallelExtent * share / shares, (long)Kernel.ParallelExtent * (share + 1) / shares);
        if (_buffers.Any(b => !b.IsSlackIntact)) throw new InvalidOperationException("the kernel wrote behind a buffer");
        return _buffers[_output].Span.ToArray();
    }

    public void Dispose()
    {
        _session.Dispose();
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    public static int Count(BufferSpec buffer) => buffer.Extents.Aggregate(1, (n, e) => n * e);

    /// <summary>Inputs between −1 and 1.</summary>
    public static float[][] RandomInputs(Computation computation, int seed)
    {
        var random = new Random(seed);
        return [.. computation.Inputs.Select(b => Enumerable.Range(0, Count(b)).Select(_ => random.NextSingle() * 2 - 1).ToArray())];
    }

    private AlignedBuffer Input(int slot, float[] logical)
    {
        var layout = Kernel.Packing[slot];
        var buffer = new AlignedBuffer(layout?.Length ?? logical.Length);
        if (layout is null) logical.CopyTo(buffer.Span);
        else layout.Pack(logical, buffer.Span);
        return buffer;
    }
}
