using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// The exponential function, good to 1e-6: <c>e^x = 2^n · e^r</c> with <c>n = round(x / ln 2)</c>, <c>|r| ≤ ln 2 / 2</c>; <c>e^r</c> is
/// its Taylor series to the seventh power (next term below 6e-9), <c>2^n</c> is made from bits. Arguments beyond the exponents of normal
/// numbers are clamped to them.
/// </summary>
internal sealed class ExpEmitter(IrBuilder builder, VectorType type, Target target)
{
    private const float Low = -87.33f, High = 88.37f;

    // ln 2 in two parts, the first short enough for n times it to be exact (Cody and Waite).
    private const float LogHigh = 0.693359375f, LogLow = -2.12194440e-4f;

    // Adding 1.5 · 2^23 rounds to a whole number and leaves it in the low bits.
    private const float Rounder = 12582912f;

    private static readonly float[] Series = [1 / 5040f, 1 / 720f, 1 / 120f, 1 / 24f, 1 / 6f, 0.5f, 1f, 1f];

    private readonly FloatEmitter _floats = new(builder, type, target);

    public string Of(string x)
    {
        var clamped = Choose("ogt", Choose("olt", x, type.Splat(High)), type.Splat(Low));
        var shifted = _floats.MultiplyAdd(clamped, type.Splat(1.44269504f), type.Splat(Rounder));
        var n = _floats.Of("fsub", shifted, type.Splat(Rounder));
        var r = _floats.MultiplyAdd(n, type.Splat(-LogHigh), clamped);
        r = _floats.MultiplyAdd(n, type.Splat(-LogLow), r);
        var sum = type.Splat(Series[0]);
        foreach (var coefficient in Series.AsSpan(1)) sum = _floats.MultiplyAdd(sum, r, type.Splat(coefficient));
        // The whole number sits in the low bits of the shifted sum; moved into the exponent field it is a factor of 2^n.
        var bits = builder.Emit($"bitcast {type.Float} {shifted} to {type.Int32}");
        var exponent = builder.Emit($"shl {type.Int32} {bits}, {type.Splat(23)}");
        var scaled = builder.Emit($"add {type.Int32} {builder.Emit($"bitcast {type.Float} {sum} to {type.Int32}")}, {exponent}");
        return builder.Emit($"bitcast {type.Int32} {scaled} to {type.Float}");
    }

    private string Choose(string comparison, string left, string right)
    {
        var chosen = builder.Emit($"fcmp {comparison} {type.Float} {left}, {right}");
        return builder.Emit($"select {type.Mask} {chosen}, {type.Float} {left}, {type.Float} {right}");
    }
}
