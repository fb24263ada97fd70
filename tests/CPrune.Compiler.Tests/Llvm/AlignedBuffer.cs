using System.Runtime.InteropServices;

namespace CPrune.Compiler.Tests.Llvm;

/// <summary>
/// Floats as a kernel wants them: 64-byte aligned with 64 readable bytes behind the end, which hold NaN so that nothing may depend on them.
/// </summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const int Slack = 16;
    private readonly int _length;

    public AlignedBuffer(int length)
    {
        _length = length;
        Address = (float*)NativeMemory.AlignedAlloc((nuint)(length + Slack) * sizeof(float), 64);
        new Span<float>(Address, length + Slack).Fill(float.NaN);
    }

    public float* Address { get; }

    public Span<float> Span => new(Address, _length);

    /// <summary>Whether somebody wrote behind the end.</summary>
    public bool IsSlackIntact
    {
        get
        {
            foreach (var value in new Span<float>(Address + _length, Slack))
                if (!float.IsNaN(value)) return false;
            return true;
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(Address);
}
