namespace CPrune.Worker.Kernels;

/// <summary>A loaded kernel with its arguments: <c>void symbol(float** buffers, int64 begin, int64 end)</c>.</summary>
internal sealed unsafe class KernelCall : IDisposable
{
    private const int PointerFloats = 8 / sizeof(float);

    private readonly delegate* unmanaged<float**, long, long, void> _function;
    private readonly NativeBuffer[] _buffers;
    private readonly WeightCopies? _copies;
    private readonly NativeBuffer _tables;

    /// <param name="buffers">The inputs in order, then the output; owned by the caller.</param>
    /// <param name="copies">Copies of the weights that the runs take in turn; null for none.</param>
    public KernelCall(nint function, NativeBuffer[] buffers, WeightCopies? copies = null)
    {
        _function = (delegate* unmanaged<float**, long, long, void>)function;
        _buffers = buffers;
        _copies = copies;
        Copies = copies?.Count ?? 1;
        _tables = new NativeBuffer(Copies * buffers.Length * PointerFloats, NativeBuffer.InputGuard);
        for (var copy = 0; copy < Copies; copy++)
            for (var i = 0; i < buffers.Length; i++)
                Table(copy)[i] = copies is null ? buffers[i].Pointer : copies.Pointer(copy, i, buffers[i].Pointer);
    }

    /// <summary>How many runs it takes until the same copy is used again.</summary>
    public int Copies { get; }

    /// <summary>
    /// The work of each of <paramref name="members"/> threads, by its number and the run's: equal contiguous parts of a parallel loop of <paramref name="extent"/> turns.
    /// The first run has the weights themselves, the others the copies in turn.
    /// </summary>
    public Action<int, int> Shared(long extent, int members) =>
        (member, run) => Run(run % Copies, extent * member / members, extent * (member + 1) / members);

    private void Run(int copy, long begin, long end)
    {
        _function(Table(copy), begin, end);
        GC.KeepAlive(_buffers);
        GC.KeepAlive(_copies);
    }

    public void Dispose() => _tables.Dispose();

    private float** Table(int copy) => (float**)_tables.Pointer + (long)copy * _buffers.Length;
}
