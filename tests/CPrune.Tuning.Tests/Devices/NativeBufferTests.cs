using CPrune.Worker.Kernels;

namespace CPrune.Tuning.Tests.Devices;

public unsafe class NativeBufferTests
{
    private const int LargePage = 2 << 20;

    /// <summary>As in a compiled model: large ones on a large page's begin, small ones on a cache line's.</summary>
    [Theory]
    [InlineData(100, 64)]
    [InlineData(LargePage / sizeof(float), LargePage)]
    [InlineData(3 * LargePage / sizeof(float) + 7, LargePage)]
    public void Buffers_lie_where_a_models_would(int floats, int alignment)
    {
        using var buffer = new NativeBuffer(floats, NativeBuffer.OutputGuard);
        buffer.Floats.Fill(1);

        Assert.Equal(0, (nint)buffer.Pointer % alignment);
        Assert.True(buffer.GuardIsIntact);
        buffer.Pointer[floats] = 1;
        Assert.False(buffer.GuardIsIntact);
    }
}
