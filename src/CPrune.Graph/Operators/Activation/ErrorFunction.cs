namespace CPrune.Graph.Operators.Activation;

/// <summary>The error function, 2/√π times the integral of e^−t² from 0 to x, to some 1e-8.</summary>
internal static class ErrorFunction
{
    /// <summary>Up to here the Taylor series keeps twelve digits; beyond it four terms of the asymptotic one are enough.</summary>
    private const double SeriesEnd = 3.5;

    public static double Of(double x) => Math.Abs(x) < SeriesEnd ? Series(x) : Math.Sign(x) * (1 - Tail(Math.Abs(x)));

    private static double Series(double x)
    {
        var (sum, power) = (0.0, x);
        for (var n = 0; n < 100; n++)
        {
            sum += power / ((2 * n) + 1);
            power *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double Tail(double x)
    {
        var inverse = 1 / (2 * x * x);
        var terms = 1 - inverse + (3 * inverse * inverse) - (15 * Math.Pow(inverse, 3)) + (105 * Math.Pow(inverse, 4));
        return Math.Exp(-x * x) / (x * Math.Sqrt(Math.PI)) * terms;
    }
}
