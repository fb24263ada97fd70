using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CPrune.Training.Modules.Operators.Norms;

/// <summary>
/// The loops of batch norm over one chunk: two that sum and two that write. Tables have a number for each place of a tile.
/// </summary>
internal unsafe interface INormKernels
{
    /// <summary>Adds to tables 0 and 1 of <paramref name="sums"/>: <c>x − shift</c> and its square.</summary>
    /// <param name="tables">0: shift.</param>
    void Moments(ChannelTiles tiles, int chunk, void* x, TileMemory tables, TileMemory sums);

    /// <summary>Writes <c>x·scale + offset</c>, cut off below zero where <paramref name="rectify"/>.</summary>
    /// <param name="tables">0: scale, 1: offset.</param>
    void Normalize(ChannelTiles tiles, int chunk, void* x, void* y, TileMemory tables, bool rectify);

    /// <summary>Adds to tables 0 and 1 of <paramref name="sums"/>: the gradient, and the gradient times <c>x − mean</c>.</summary>
    /// <param name="tables">0: scale, 1: offset, which say what was cut off; 2: mean.</param>
    void GradientMoments(ChannelTiles tiles, int chunk, void* x, void* gradient, TileMemory tables, TileMemory sums, bool rectify);

    /// <summary>Writes <c>gradient·scale + (x − mean)·slope + constant</c>.</summary>
    /// <param name="tables">As in <see cref="GradientMoments"/>, and 3: slope, 4: constant.</param>
    void InputGradient(ChannelTiles tiles, int chunk, void* x, void* gradient, void* result, TileMemory tables, bool rectify);
}

/// <inheritdoc/>
/// <remarks>Optimised at once: a short training would be over before the runtime finds out that these loops are worth it.</remarks>
internal sealed unsafe class NormKernels<T, TElements> : INormKernels
    where T : unmanaged
    where TElements : struct, IElements<T>
{
    private const int Lanes = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Moments(ChannelTiles tiles, int chunk, void* x, TileMemory tables, TileMemory sums)
    {
        var (start, length) = tiles.Chunk(chunk);
        var (shift, sum, square) = (new Table(tables[0]), new Table(sums[0]), new Table(sums[1]));
        for (var at = start; at < start + length; at += tiles.TileLength)
        {
            var from = (T*)x + at;
            var here = (int)Math.Min(tiles.TileLength, start + length - at);
            var k = 0;
            for (; k <= here - Lanes; k += Lanes)
            {
                var value = TElements.Load(from + k) - shift[k];
                sum[k] += value;
                square[k] = Vector512.FusedMultiplyAdd(value, value, square[k]);
            }

            for (; k < here; k++)
            {
                var value = TElements.Read(from[k]) - shift.At[k];
                sum.At[k] += value;
                square.At[k] += value * value;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normalize(ChannelTiles tiles, int chunk, void* x, void* y, TileMemory tables, bool rectify)
    {
        var (start, length) = tiles.Chunk(chunk);
        var (scale, offset) = (new Table(tables[0]), new Table(tables[1]));
        for (var at = start; at < start + length; at += tiles.TileLength)
        {
            T* from = (T*)x + at, to = (T*)y + at;
            var here = (int)Math.Min(tiles.TileLength, start + length - at);
            var k = 0;
            for (; k <= here - Lanes; k += Lanes)
            {
                var value = Vector512.FusedMultiplyAdd(TElements.Load(from + k), scale[k], offset[k]);
                TElements.Store(rectify ? Passed(value, value) : value, to + k);
            }

            for (; k < here; k++)
            {
                var value = MathF.FusedMultiplyAdd(TElements.Read(from[k]), scale.At[k], offset.At[k]);
                to[k] = TElements.Write(rectify && value <= 0 ? 0 : value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void GradientMoments(ChannelTiles tiles, int chunk, void* x, void* gradient, TileMemory tables, TileMemory sums, bool rectify)
    {
        var (start, length) = tiles.Chunk(chunk);
        var (scale, offset, mean, sum, product) =
            (new Table(tables[0]), new Table(tables[1]), new Table(tables[2]), new Table(sums[0]), new Table(sums[1]));
        for (var at = start; at < start + length; at += tiles.TileLength)
        {
            T* from = (T*)x + at, of = (T*)gradient + at;
            var here = (int)Math.Min(tiles.TileLength, start + length - at);
            var k = 0;
            for (; k <= here - Lanes; k += Lanes)
            {
                var (value, slope) = (TElements.Load(from + k), TElements.Load(of + k));
                if (rectify) slope = Passed(Vector512.FusedMultiplyAdd(value, scale[k], offset[k]), slope);
                sum[k] += slope;
                product[k] = Vector512.FusedMultiplyAdd(slope, value - mean[k], product[k]);
            }

            for (; k < here; k++)
            {
                var (value, slope) = (TElements.Read(from[k]), TElements.Read(of[k]));
                if (rectify && MathF.FusedMultiplyAdd(value, scale.At[k], offset.At[k]) <= 0) slope = 0;
                sum.At[k] += slope;
                product.At[k] += slope * (value - mean.At[k]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void InputGradient(ChannelTiles tiles, int chunk, void* x, void* gradient, void* result, TileMemory tables, bool rectify)
    {
        var (start, length) = tiles.Chunk(chunk);
        var (scale, offset, mean, rise, constant) =
            (new Table(tables[0]), new Table(tables[1]), new Table(tables[2]), new Table(tables[3]), new Table(tables[4]));
        for (var at = start; at < start + length; at += tiles.TileLength)
        {
            T* from = (T*)x + at, of = (T*)gradient + at, to = (T*)result + at;
            var here = (int)Math.Min(tiles.TileLength, start + length - at);
            var k = 0;
            for (; k <= here - Lanes; k += Lanes)
            {
                var (value, slope) = (TElements.Load(from + k), TElements.Load(of + k));
                if (rectify) slope = Passed(Vector512.FusedMultiplyAdd(value, scale[k], offset[k]), slope);
                var centred = Vector512.FusedMultiplyAdd(value - mean[k], rise[k], constant[k]);
                TElements.Store(Vector512.FusedMultiplyAdd(slope, scale[k], centred), to + k);
            }

            for (; k < here; k++)
            {
                var (value, slope) = (TElements.Read(from[k]), TElements.Read(of[k]));
                if (rectify && MathF.FusedMultiplyAdd(value, scale.At[k], offset.At[k]) <= 0) slope = 0;
                to[k] = TElements.Write((slope * scale.At[k]) + ((value - mean.At[k]) * rise.At[k]) + constant.At[k]);
            }
        }
    }

    /// <summary>Zero where the output is not above zero, as torch's ReLU and its gradient: what is not a number passes.</summary>
    private static Vector512<float> Passed(Vector512<float> output, Vector512<float> value) =>
        Vector512.AndNot(value, Vector512.LessThanOrEqual(output, Vector512<float>.Zero));

    /// <summary>A table by vectors, at multiples of 16.</summary>
    private readonly struct Table(float* at)
    {
        public float* At => at;

        public ref Vector512<float> this[int k] => ref *(Vector512<float>*)(at + k);
    }
}
