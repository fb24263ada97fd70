using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CPrune.Training.Modules.Operators.Norms;

/// <summary>How numbers lie in memory that are computed with in 32 bits, a vector of 16 at a time.</summary>
/// <typeparam name="T">What one number takes in memory.</typeparam>
internal unsafe interface IElements<T>
    where T : unmanaged
{
    static abstract Vector512<float> Load(T* from);

    static abstract void Store(Vector512<float> values, T* to);

    static abstract float Read(T stored);

    static abstract T Write(float value);
}

/// <summary>32 bits, as they are.</summary>
internal readonly unsafe struct Float32Elements : IElements<float>
{
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    public static void Store(Vector512<float> values, float* to) => values.Store(to);

    public static float Read(float stored) => stored;

    public static float Write(float value) => value;
}

/// <summary>Bfloat16: the upper half of 32 bits. What is stored is rounded to the nearest, ties to even, as torch does.</summary>
internal readonly unsafe struct BFloat16Elements : IElements<ushort>
{
    private const int HalfBits = 16;

    /// <summary>Just below half of the last bit that stays; with that bit itself added, ties go to even.</summary>
    private const uint BelowHalf = 0x7FFF;

    public static Vector512<float> Load(ushort* from) =>
        Vector512.ShiftLeft(Vector512.WidenLower(Vector256.Load(from).ToVector512Unsafe()), HalfBits).AsSingle();

    /// <summary>
    /// The not-a-number that arithmetic makes has a mantissa of one bit, so that rounding cannot carry it into another number.
    /// </summary>
    public static void Store(Vector512<float> values, ushort* to)
    {
        var bits = values.AsUInt32();
        var odd = Vector512.ShiftRightLogical(bits, HalfBits) & Vector512.Create(1u);
        var rounded = Vector512.ShiftRightLogical(bits + odd + Vector512.Create(BelowHalf), HalfBits);
        var halves = Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(rounded) : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        halves.Store(to);
    }

    public static float Read(ushort stored) => BitConverter.UInt32BitsToSingle((uint)stored << HalfBits);

    public static ushort Write(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + ((bits >> HalfBits) & 1) + BelowHalf) >> HalfBits);
    }
}
