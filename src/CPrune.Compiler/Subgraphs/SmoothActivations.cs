using CPrune.Compiler.Expressions;
using CPrune.Graph.Operators;
using static CPrune.Compiler.Subgraphs.ElementwiseOperators;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Activations that are made of exponentials and logarithms, written so that nothing overflows.</summary>
internal static class SmoothActivations
{
    /// <summary>e^x of more would make the square in <see cref="Mish"/> infinite, and its tanh is 1 to the last bit long before.</summary>
    private const float LargestOfMish = 20;

    /// <summary>A divisor in place of 0, for a sign.</summary>
    private const float Smallest = 1e-30f;

    /// <summary>tanh x = 2·sigmoid(2x) − 1.</summary>
    public static Expr Tanh(Expr x) => Subtract(Multiply(Of(2f), Sigmoid(Multiply(Of(2f), x))), Of(1f));

    public static Expr Elu(Expr x, float alpha) => Add(Max(x, Of(0f)), Multiply(Of(alpha), Subtract(Exp(Min(x, Of(0f))), Of(1f))));

    public static Expr Celu(Expr x, float alpha) =>
        Add(Max(x, Of(0f)), Multiply(Of(alpha), Subtract(Exp(Multiply(Of(1 / alpha), Min(x, Of(0f)))), Of(1f))));

    /// <summary>max(x, 0) + ln(1 + e^−|x|).</summary>
    public static Expr Softplus(Expr x) => Add(Max(x, Of(0f)), Log(Add(Of(1f), Exp(Negate(Abs(x))))));

    /// <summary>x · tanh(ln(1 + e^x)) = x · n / (n + 2) with n = e^x · (e^x + 2).</summary>
    public static Expr Mish(Expr x)
    {
        var power = Exp(Min(x, Of(LargestOfMish)));
        var n = Multiply(power, Add(power, Of(2f)));
        return Multiply(x, Divide(n, Add(n, Of(2f))));
    }

    public static Expr Gelu(Expr x, bool byTanh)
    {
        var inner = byTanh
            ? Tanh(Multiply(Of(MathF.Sqrt(2 / MathF.PI)), Add(x, Multiply(Of(GeluAttributes.Cubic), Multiply(x, Multiply(x, x))))))
            : Erf(Multiply(Of(MathF.Sqrt(0.5f)), x));
        return Multiply(Multiply(Of(0.5f), x), Add(Of(1f), inner));
    }

    /// <summary>
    /// The error function: sign(x) · (1 − (a₁t + … + a₅t⁵) · e^−x²), with t = 1 / (1 + p·|x|). It errs by at most 1.5e-7.
    /// Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26.
    /// </summary>
    public static Expr Erf(Expr x)
    {
        var size = Abs(x);
        var t = Divide(Of(1f), Add(Of(1f), Multiply(Of(0.3275911f), size)));
        float[] factors = [1.061405429f, -1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f];
        var polynomial = factors.Skip(1).Aggregate(Of(factors[0]), (sum, factor) => Add(Multiply(sum, t), Of(factor)));
        var sign = Divide(x, Max(size, Of(Smallest)));
        return Multiply(sign, Subtract(Of(1f), Multiply(Multiply(polynomial, t), Exp(Negate(Multiply(x, x))))));
    }
}
