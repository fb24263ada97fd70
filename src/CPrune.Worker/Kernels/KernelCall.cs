namespace CPrune.Worker.Kernels;

/// <summary>A loaded kernel with its arguments: <c>void symbol(float** buffers, int64 begin, int64 end)</c>.</summary>
internal sealed unsafe class KernelCall : IDisposable
{
    private readonly delegate* unmanaged<float**, long, long, void> _function;
    private readonly NativeBuffer[] _buffers;
    private readonly NativeBuffer _pointers;

    /// <param name="buffers">The inputs in order, then the output; owned by the caller.</param>
    public KernelCall(nint function, NativeBuffer[] buffers)
    {
        _function = (delegate* unmanaged<float**, long, long, void>)function;
        _buffers = buffers;
        _pointers = new NativeBuffer(buffers.Length * (sizeof(float*) / sizeof(float)), NativeBuffer.InputGuard);
        for (var i = 0; i < buffers.Length; i++) ((float**)_pointers.Pointer)[i] = buffers[i].Pointer;
    }

    /// <summary>Runs a share of the parallel loop.</summary>
    public void Run(long begin, long end)
    {
        _function((float**)_pointers.Pointer, begin, end);
        GC.KeepAlive(_buffers);
    }

    public void Dispose() => _pointers.Dispose();
}
