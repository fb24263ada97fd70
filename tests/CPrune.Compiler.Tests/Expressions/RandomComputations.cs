using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Tests.Expressions;

/// <summary>Small computations of every kind with awkward extents.</summary>
internal static class RandomComputations
{
    private static readonly int[] Channels = [1, 3, 5, 8, 16, 24, 37, 61];

    public static Computation Draw(Random random)
    {
        var (height, width) = (random.Next(1, 12), random.Next(1, 12));
        var window = DrawWindow(random, Math.Min(height, width));
        var (few, many) = (Channels[random.Next(5)], Channels[random.Next(Channels.Length)]);
        switch (random.Next(12))
        {
            case < 4:
                var offset = random.Next(3) == 0 ? random.Next(1, 20) : 0;
                return Samples.Conv(
                    height, width, few, many, window, relu: random.Next(2) == 0, residual: random.Next(2) == 0, outputChannels: many + offset + random.Next(3), outputOffset: offset);
            case 4:
                var groups = random.Next(2, 5);
                return Samples.Conv(height, width, groups * random.Next(1, 6), groups * random.Next(1, 24), window, groups, residual: random.Next(2) == 0);
            case 5:
                return Samples.Depthwise(height, width, many, window);
            case 6:
                return Samples.Pool(height, width, many, window, max: random.Next(2) == 0);
            case 7:
                return Samples.Dense(random.Next(1, 4), random.Next(1, 4), few, many);
            case 8:
                var padded = many + random.Next(0, 20);
                return Samples.Shortcut(height, width, many, padded, random.Next(1, 3), random.Next(padded - many + 1));
            case 9:
                return TileSamples.In(height, width, many, random.Next(1, 5), random.Next(2));
            case 10:
                return TileSamples.Out(height, width, many, random.Next(1, 5), outputChannels: many + random.Next(20), residual: random.Next(2) == 0);
            default:
                return Samples.Sigmoid(height, width, many);
        }
    }

    private static Window DrawWindow(Random random, int size)
    {
        while (true)
        {
            var window = new Window(random.Next(1, 5), random.Next(1, 4), random.Next(1, 3), random.Next(3), random.Next(3));
            if (window.Output(size) >= 1 && size + window.PadBefore + window.PadAfter > (window.Kernel - 1) * window.Dilation) return window;
        }
    }
}
