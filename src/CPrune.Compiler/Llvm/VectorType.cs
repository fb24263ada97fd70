using System.Globalization;

namespace CPrune.Compiler.Llvm;

/// <summary>The spelling of types and constants for one number of lanes; one lane is a scalar.</summary>
internal sealed record VectorType(int Lanes)
{
    public string Float => Of("float");

    public string Int32 => Of("i32");

    public string Mask => Of("i1");

    /// <summary>The suffix of an overloaded intrinsic.</summary>
    public string Suffix => Lanes == 1 ? "f32" : $"v{Lanes}f32";

    /// <summary>A constant in every lane. LLVM reads a float's exact value in the form of a double's bits.</summary>
    public string Splat(float value) => Constant(Enumerable.Repeat(value, Lanes));

    public string Splat(int value) => Join("i32", Enumerable.Repeat(value.ToString(CultureInfo.InvariantCulture), Lanes));

    /// <summary>A constant mask that holds for the lanes in <paramref name="from"/>..<paramref name="below"/>.</summary>
    public string LaneMask(long from, long below) =>
        Join("i1", Enumerable.Range(0, Lanes).Select(l => l >= from && l < below ? "true" : "false"));

    /// <summary>0, 1, 2, …</summary>
    public string LaneNumbers => Join("i32", Enumerable.Range(0, Lanes).Select(l => l.ToString(CultureInfo.InvariantCulture)));

    public static string Scalar(float value) => $"0x{BitConverter.DoubleToInt64Bits(value):X16}";

    /// <summary>The instruction that copies lane 0 of a vector into every lane.</summary>
    public string SpreadFirst(string vectorType, string vector) =>
        $"shufflevector {vectorType} {vector}, {vectorType} poison, <{Lanes} x i32> zeroinitializer";

    private string Constant(IEnumerable<float> values) => Join("float", values.Select(Scalar));

    private string Of(string element) => Lanes == 1 ? element : $"<{Lanes} x {element}>";

    private string Join(string type, IEnumerable<string> values) =>
        Lanes == 1 ? values.First() : $"<{string.Join(", ", values.Select(v => $"{type} {v}"))}>";
}
