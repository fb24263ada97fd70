using System.Runtime.InteropServices;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators.Norms;

/// <summary>What batch norm is given beside its input.</summary>
/// <param name="Scale">Of length C, as the other tensors, in 32 bits.</param>
/// <param name="RunningMean">Moved towards the batch's.</param>
/// <param name="RunningVariance">Moved towards the batch's unbiased one.</param>
/// <param name="Momentum">The share of the batch in the new running statistics.</param>
/// <param name="Rectify">Values below zero become zero, as in a ReLU behind it.</param>
internal sealed record NormParameters(
    TorchTensor Scale, TorchTensor Bias, TorchTensor RunningMean, TorchTensor RunningVariance, double Momentum, double Epsilon, bool Rectify);

/// <summary>
/// Batch norm over the batch's own statistics, forth and back, in torch's memory (Ioffe, Szegedy, "Batch Normalization", 2015). Torch's
/// own is several times
/// slower where C is no multiple of 16. Sums run in 32 bits within a chunk and in 64 beyond, in an order that no number of threads changes.
/// </summary>
internal sealed unsafe class NormStep : IDisposable
{
    private readonly ChannelTiles _tiles;
    private readonly INormKernels _kernels;
    private readonly TorchTensor _input;
    private readonly bool _rectify;
    private readonly float[] _scale;
    private readonly float[] _offset;
    private readonly float[] _mean;
    private readonly double[] _inverseDeviation;

    /// <summary>Measures the batch and moves the running statistics.</summary>
    /// <param name="input">Which <see cref="Fits"/>.</param>
    public NormStep(TorchTensor input, NormParameters parameters)
    {
        _input = input.detach(); // A handle of its own, which can be given back as soon as gradients are there.
        _tiles = new ChannelTiles(input.numel(), (int)input.shape[1]);
        _kernels = KernelsFor(input.dtype);
        _rectify = parameters.Rectify;
        var channels = _tiles.Channels;
        (_scale, _offset, _mean, _inverseDeviation) = (new float[channels], new float[channels], new float[channels], new double[channels]);
        var (mean, variance) = Measure();
        Span<float> scale = Floats(parameters.Scale), bias = Floats(parameters.Bias);
        Span<float> runningMean = Floats(parameters.RunningMean), runningVariance = Floats(parameters.RunningVariance);
        for (var c = 0; c < channels; c++)
        {
            _mean[c] = (float)mean[c];
            _inverseDeviation[c] = 1 / Math.Sqrt(variance[c] + parameters.Epsilon);
            _scale[c] = (float)(scale[c] * _inverseDeviation[c]);
            _offset[c] = (float)(bias[c] - (mean[c] * scale[c] * _inverseDeviation[c]));
            var unbiased = variance[c] * _tiles.Rows / (_tiles.Rows - 1);
            runningMean[c] = (float)(((1 - parameters.Momentum) * runningMean[c]) + (parameters.Momentum * mean[c]));
            runningVariance[c] = (float)(((1 - parameters.Momentum) * runningVariance[c]) + (parameters.Momentum * unbiased));
        }
    }

    /// <summary>Channels lie last, the machine has wide vectors, and there is a variance to speak of. Anything else is torch's.</summary>
    public static bool Fits(TorchTensor input) =>
        System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated && PixelRows.Fit(input) && input.numel() > input.shape[1];

    /// <summary>The batch normalised, in the input's layout and precision.</summary>
    public TorchTensor Output()
    {
        var output = torch.empty_like(_input);
        using var tables = TileMemory.Of(_tiles, _scale, _offset);
        using var x = PixelRows.Of(_input);
        using var y = PixelRows.Of(output);
        TorchThreads.Run(_tiles.Chunks, chunk => _kernels.Normalize(_tiles, chunk, x.Memory, y.Memory, tables, _rectify));
        return output;
    }

    /// <summary>Gradients of the input, the scale and the bias from that of the output.</summary>
    public (TorchTensor Input, TorchTensor Scale, TorchTensor Bias) Gradients(TorchTensor outputGradient)
    {
        var channels = _tiles.Channels;
        using var x = PixelRows.Of(_input);
        using var gradient = PixelRows.OrCopy(outputGradient, _input.dtype);
        double[] sums, products;
        using (var tables = TileMemory.Of(_tiles, _scale, _offset, _mean))
            (sums, products) = Sum((chunk, into) => _kernels.GradientMoments(_tiles, chunk, x.Memory, gradient.Memory, tables, into, _rectify));

        var (slope, constant, scale, bias) = (new float[channels], new float[channels], new float[channels], new float[channels]);
        for (var c = 0; c < channels; c++)
        {
            slope[c] = (float)(-_scale[c] * _inverseDeviation[c] * _inverseDeviation[c] * products[c] / _tiles.Rows);
            constant[c] = (float)(-_scale[c] * sums[c] / _tiles.Rows);
            (scale[c], bias[c]) = ((float)(products[c] * _inverseDeviation[c]), (float)sums[c]);
        }

        var result = torch.empty_like(_input);
        using var all = TileMemory.Of(_tiles, _scale, _offset, _mean, slope, constant);
        using var to = PixelRows.Of(result);
        TorchThreads.Run(_tiles.Chunks, chunk => _kernels.InputGradient(_tiles, chunk, x.Memory, gradient.Memory, to.Memory, all, _rectify));
        return (result, torch.tensor(scale), torch.tensor(bias));
    }

    /// <summary>Gives the input back; there are no gradients afterwards.</summary>
    public void Dispose() => _input.Dispose();

    private static INormKernels KernelsFor(torch.ScalarType type) =>
        type == torch.ScalarType.BFloat16 ? new NormKernels<ushort, BFloat16Elements>() : new NormKernels<float, Float32Elements>();

    /// <summary>Mean and biased variance by channel.</summary>
    private (double[] Mean, double[] Variance) Measure()
    {
        using var x = PixelRows.Of(_input);
        var shift = Shift(x);
        using var tables = TileMemory.Of(_tiles, shift);
        var (sums, squares) = Sum((chunk, into) => _kernels.Moments(_tiles, chunk, x.Memory, tables, into));
        var (mean, variance) = (sums, squares);
        for (var c = 0; c < mean.Length; c++)
        {
            var off = sums[c] / _tiles.Rows;
            variance[c] = Math.Max(0, (squares[c] / _tiles.Rows) - (off * off));
            mean[c] = shift[c] + off;
        }

        return (mean, variance);
    }

    /// <summary>
    /// The mean of the first tile: near enough to each channel's that squares around it lose no digits to a mean far from zero.
    /// </summary>
    private float[] Shift(PixelRows x)
    {
        var first = new ChannelTiles(Math.Min(_tiles.TileLength / _tiles.Channels, _tiles.Rows) * _tiles.Channels, _tiles.Channels);
        using var zero = new TileMemory(first, 1);
        using var tile = new TileMemory(first, 2);
        _kernels.Moments(first, 0, x.Memory, zero, tile);
        var sums = new double[_tiles.Channels];
        first.Fold(tile.Table(0), sums);
        return [.. sums.Select(s => (float)(s / first.Rows))];
    }

    /// <summary>Both sums by channel, added up over chunks in their order.</summary>
    private (double[] First, double[] Second) Sum(Action<int, TileMemory> add)
    {
        var channels = _tiles.Channels;
        var parts = new (double[] First, double[] Second)[_tiles.Chunks];
        TorchThreads.Run(parts.Length, chunk =>
        {
            using var sums = new TileMemory(_tiles, 2);
            add(chunk, sums);
            parts[chunk] = (new double[channels], new double[channels]);
            _tiles.Fold(sums.Table(0), parts[chunk].First);
            _tiles.Fold(sums.Table(1), parts[chunk].Second);
        });
        for (var part = 1; part < parts.Length; part++)
        {
            for (var c = 0; c < channels; c++)
            {
                parts[0].First[c] += parts[part].First[c];
                parts[0].Second[c] += parts[part].Second[c];
            }
        }

        return parts[0];
    }

    private static Span<float> Floats(TorchTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
