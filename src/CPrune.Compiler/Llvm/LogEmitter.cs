using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// The natural logarithm of positive normal numbers, good to 1e-6: <c>ln x = n · ln 2 + ln(1 + f)</c> with <c>x = 2^n · (1 + f)</c>, <c>1 + f</c> between √½ and √2;
/// <c>ln(1 + f) = f − f²/2 + f³ · P(f)</c>, P being the polynomial of Moshier's Cephes library (<c>logf</c>).
/// </summary>
internal sealed class LogEmitter(IrBuilder builder, VectorType type, Target target)
{
    /// <summary>The bits of √½.</summary>
    private const int HalfRoot = 0x3F3504F3;

    private const int Fraction = 23;

    // ln 2 in two parts, the first short enough for n times it to be exact (Cody and Waite).
    private const float LogHigh = 0.693359375f, LogLow = -2.12194440e-4f;

    private static readonly float[] Series =
    [
        7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f,
        3.3333331174e-1f,
    ];

    private readonly FloatEmitter _floats = new(builder, type, target);

    public string Of(string x)
    {
        var bits = Integer("sub", builder.Emit($"bitcast {type.Float} {x} to {type.Int32}"), HalfRoot);
        var n = builder.Emit($"sitofp {type.Int32} {Integer("ashr", bits, Fraction)} to {type.Float}");
        var mantissa = Integer("add", Integer("and", bits, (1 << Fraction) - 1), HalfRoot);
        var f = _floats.Of("fsub", builder.Emit($"bitcast {type.Int32} {mantissa} to {type.Float}"), type.Splat(1f));
        var square = _floats.Of("fmul", f, f);
        var sum = type.Splat(Series[0]);
        foreach (var coefficient in Series.AsSpan(1)) sum = _floats.MultiplyAdd(sum, f, type.Splat(coefficient));
        var tail = _floats.MultiplyAdd(n, type.Splat(LogLow), _floats.Of("fmul", _floats.Of("fmul", f, square), sum));
        tail = _floats.MultiplyAdd(square, type.Splat(-0.5f), tail);
        return _floats.MultiplyAdd(n, type.Splat(LogHigh), _floats.Of("fadd", f, tail));
    }

    private string Integer(string instruction, string left, int right) => builder.Emit($"{instruction} {type.Int32} {left}, {type.Splat(right)}");
}
