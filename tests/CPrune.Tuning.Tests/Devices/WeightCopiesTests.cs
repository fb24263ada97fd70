using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Worker.Kernels;

namespace CPrune.Tuning.Tests.Devices;

/// <summary>Large weights come from where they would come in a whole model.</summary>
public unsafe class WeightCopiesTests
{
    private const int MiB = 1 << 20;

    private static readonly CpuCaches Caches = new([48 << 10, MiB, 32L * MiB]);

    [Fact]
    public void Copies_fill_the_span_and_do_not_overlap()
    {
        using var arena = new CopyArena();
        const int floats = 100_000;
        var copies = WeightCopies.Of([0, floats, 64, floats, 0], 4 * MiB, arena.OfLength)!;
        var places = Enumerable.Range(1, copies.Count - 1).SelectMany(c => new[] { Place(c, 1), Place(c, 3) }).Order().ToList();

        Assert.Equal(6, copies.Count);
        Assert.All(places.Zip(places.Skip(1)), p => Assert.True(p.Second - p.First >= floats * sizeof(float)));
        Assert.All(places, p => Assert.Equal(0, p % 64));
        Assert.True(places[^1] + floats * sizeof(float) <= (nint)arena.OfLength(1).Pointer + (nint)arena.OfLength(1).Length * sizeof(float));

        nint Place(int copy, int index) => (nint)copies.Pointer(copy, index, null);
    }

    [Fact]
    public void The_first_copy_the_activations_and_small_weights_are_the_arguments_themselves()
    {
        using var arena = new CopyArena();
        var copies = WeightCopies.Of([0, 100_000, 64], 4 * MiB, arena.OfLength)!;
        var own = (float*)4096;

        Assert.True(copies.Pointer(0, 1, own) == own);
        Assert.True(copies.Pointer(1, 0, own) == own);
        Assert.True(copies.Pointer(1, 2, own) == own);
        Assert.False(copies.Pointer(1, 1, own) == own);
    }

    [Theory]
    [InlineData(64, 4 * MiB)]
    [InlineData(2 * MiB, 4 * MiB)]
    public void Weights_that_are_small_or_fill_the_span_need_none(int floats, int span) =>
        Assert.Null(WeightCopies.Of([floats], span, _ => throw new InvalidOperationException("no memory is needed")));

    [Fact]
    public void A_model_that_fills_the_last_cache_streams_its_weights()
    {
        Assert.Equal(CacheState.Warm, Caches.StateOf(14L * MiB));
        Assert.Equal(CacheState.Streamed, Caches.StateOf(25L * MiB));
        Assert.Equal(CacheState.Streamed, Caches.StateOf(59L * MiB));
        Assert.Equal(4L * MiB, Caches.WeightSpan(CacheState.Warm));
        Assert.Equal(64L * MiB, Caches.WeightSpan(CacheState.Streamed));
        Assert.Equal(0, Caches.WeightSpan(CacheState.Cold));
    }
}
