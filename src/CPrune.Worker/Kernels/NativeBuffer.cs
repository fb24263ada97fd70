using System.Runtime.InteropServices;

namespace CPrune.Worker.Kernels;

/// <summary>
/// Floats as kernels want them: 64-byte aligned, with 64 bytes behind the end that may be read. Those bytes hold a known pattern: NaNs behind an
/// input, so that a kernel which uses them is wrong, and something else behind an output, which tells when a kernel writes there. Large ones lie in
/// large pages, as a compiled model's weights and workspace do (Memory.ll), so that times carry over.
/// </summary>
internal sealed unsafe partial class NativeBuffer : IDisposable
{
    private const int Alignment = 64;
    private const int GuardBytes = 64;
    private const int LargePage = 2 << 20;
    private const int AdviseLargePages = 14;

    /// <summary>Four of them make a NaN.</summary>
    public const byte InputGuard = 0xFF;

    public const byte OutputGuard = 0xA5;

    private readonly byte _guard;
    private float* _data;

    public NativeBuffer(int length, byte guard)
    {
        Length = length;
        _guard = guard;
        _data = (float*)Allocate((nuint)length * sizeof(float) + GuardBytes);
        Guard.Fill(guard);
    }

    public int Length { get; }

    public float* Pointer => _data;

    public Span<float> Floats => new(_data, Length);

    /// <summary>False when something was written behind the end.</summary>
    public bool GuardIsIntact => Guard.IndexOfAnyExcept(_guard) < 0;

    private Span<byte> Guard => new(_data + Length, GuardBytes);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
    }

    private static void* Allocate(nuint bytes)
    {
        if (bytes < LargePage || !OperatingSystem.IsLinux()) return NativeMemory.AlignedAlloc(bytes, Alignment);
        var whole = (bytes + LargePage - 1) / LargePage * LargePage;
        var data = NativeMemory.AlignedAlloc(whole, LargePage);
        // Where the system has none or gives none the small ones serve.
        _ = MemoryAdvise(data, whole, AdviseLargePages);
        return data;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
