using System.Globalization;

namespace CPrune.Reporting;

/// <summary>Numbers as texts.</summary>
public static class Figures
{
    /// <summary>Milliseconds or microseconds with three significant digits.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
        >= 1e-3 => string.Create(CultureInfo.InvariantCulture, $"{Significant(seconds * 1e3)} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Significant(seconds * 1e6)} µs"),
    };

    public static string Percent(double share, int digits = 2) => (share * 100).ToString($"F{digits}", CultureInfo.InvariantCulture) + " %";

    public static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture) + "×";

    /// <summary>For example <c>853,018</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>For example <c>125.5 M</c>.</summary>
    public static string Short(double count) => count switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e9:0.00} G"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.00} M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:0.0} k"),
        _ => count.ToString("0", CultureInfo.InvariantCulture),
    };

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.00} MB"),
        >= 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} kB"),
        _ => $"{bytes} B",
    };

    /// <summary>Change in per cent with its sign, for example <c>−38.2 %</c>.</summary>
    public static string Change(double before, double after)
    {
        if (before == 0) return "";
        var percent = (after / before - 1) * 100;
        return string.Create(CultureInfo.InvariantCulture, $"{(percent < 0 ? "−" : "+")}{Math.Abs(percent):0.0} %");
    }

    /// <summary>A difference of shares in points with its sign, for example <c>−0.50</c>.</summary>
    public static string Points(double share) => (share * 100).ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture);

    private static string Significant(double value) =>
        value.ToString(value switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
