using System.Globalization;

namespace CPrune.Reporting.Charts;

/// <summary>A linear scale from values to pixels, with ticks at round values.</summary>
internal sealed record Axis(double Low, double High, double PixelLow, double PixelHigh)
{
    public double At(double value) => PixelLow + ((value - Low) / (High - Low) * (PixelHigh - PixelLow));

    /// <summary>A scale that holds all values with a little room, its ends at round values.</summary>
    public static Axis Around(IEnumerable<double> values, double pixelLow, double pixelHigh)
    {
        var all = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (all.Min(), all.Max());
        var room = Math.Max((high - low) * 0.05, Math.Max(Math.Abs(high), 1e-9) * 1e-3);
        var step = Step(low - room, high + room);
        return new Axis(Math.Floor((low - room) / step) * step, Math.Ceiling((high + room) / step) * step, pixelLow, pixelHigh);
    }

    public IEnumerable<double> Ticks()
    {
        var step = Step(Low, High);
        // Rounding up to zero gives minus zero; adding zero takes its sign away.
        for (var i = Math.Ceiling((Low / step) - 1e-9); i * step <= High + (step * 1e-9); i++) yield return (i * step) + 0.0;
    }

    /// <summary>Decimals that tell two ticks apart.</summary>
    public string Label(double tick)
    {
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(Step(Low, High)) - 1e-9), 0, 6);
        return tick.ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }

    /// <summary>1, 2 or 5 times a power of ten, for about five ticks.</summary>
    private static double Step(double low, double high)
    {
        var raw = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }
}
