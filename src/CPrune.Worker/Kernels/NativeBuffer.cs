using System.Runtime.InteropServices;

namespace CPrune.Worker.Kernels;

/// <summary>
/// Floats as kernels want them: 64-byte aligned, with 64 bytes behind the end that may be read. Those bytes hold a known
/// pattern, which tells when a kernel writes there.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Alignment = 64;
    private const int GuardBytes = 64;
    private const byte GuardPattern = 0xA5;

    private float* _data;

    public NativeBuffer(int length)
    {
        Length = length;
        _data = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float) + GuardBytes, Alignment);
        Guard.Fill(GuardPattern);
    }

    public int Length { get; }

    public float* Pointer => _data;

    public Span<float> Floats => new(_data, Length);

    /// <summary>False when something was written behind the end.</summary>
    public bool GuardIsIntact => Guard.IndexOfAnyExcept(GuardPattern) < 0;

    private Span<byte> Guard => new(_data + Length, GuardBytes);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
    }
}
