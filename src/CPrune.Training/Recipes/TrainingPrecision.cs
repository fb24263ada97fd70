using System.Runtime.Intrinsics.X86;
using CPrune.Training.Native;

namespace CPrune.Training.Recipes;

/// <summary>
/// In what numbers layers and their gradients are computed while training. Weights, their updates, batch norm's statistics and every evaluation are in 32 bits either way
/// (Micikevicius et al., "Mixed Precision Training", 2018; bfloat16 has the range of 32 bits, so that no loss scaling is needed).
/// </summary>
public enum TrainingPrecision
{
    Float32,

    BFloat16,
}

/// <summary>Which precision is worth its while here.</summary>
public static class TrainingPrecisions
{
    private const int ExtendedFeatures = 7;
    private const int Avx512BFloat16 = 1 << 5;

    /// <summary>Bfloat16 where the processor multiplies it (AVX512_BF16) and torch may have it do so (<see cref="OneDnnLimit"/>), which is faster than 32 bits; where it would have to be emulated, 32 bits.</summary>
    public static TrainingPrecision OfThisMachine()
    {
        TorchRuntime.Ensure(); // Until then it is not known which kernels torch may use.
        return MultipliesBFloat16() && OneDnnLimit.AllowsBFloat16(OneDnnLimit.Current) ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32;
    }

    private static bool MultipliesBFloat16() =>
        Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= ExtendedFeatures && (X86Base.CpuId(ExtendedFeatures, 1).Eax & Avx512BFloat16) != 0;
}
