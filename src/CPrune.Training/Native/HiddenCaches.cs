using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CPrune.Training.Native;

/// <summary>
/// Some virtual machines (Firecracker's, for one) do not say how large the processor's caches are. oneDNN 3.7, which torch convolves with, seems to take them for empty then: reorders drop parts of what they move
/// (as in uxlfoundation/oneDNN, issue 5313), so that convolutions and gradients come out wrong, and kernels write past their memory. Those for SSE 4.1 do not ask for the sizes; they are slower.
/// </summary>
internal static partial class HiddenCaches
{
    private const string LimitVariable = "ONEDNN_MAX_CPU_ISA";
    private const string SafeLimit = "SSE41";

    private const int CacheLeaf = 4;
    private const int ExtendedLeaves = unchecked((int)0x80000000);
    private const int AmdCacheLeaf = unchecked((int)0x8000001D);
    private const int CacheTypeMask = 0x1F;

    /// <summary>No leaf of CPUID describes a first cache.</summary>
    public static bool AreHere { get; } = X86Base.IsSupported && Hides((leaf, index) => X86Base.CpuId(leaf, index).Eax);

    /// <param name="eax">Register EAX of a leaf and a sub-leaf of CPUID.</param>
    public static bool Hides(Func<int, int, int> eax)
    {
        return !HasCache(CacheLeaf, eax(0, 0)) && !HasCache(AmdCacheLeaf, eax(ExtendedLeaves, 0));

        // The last leaf is a number without a sign, as extended ones are.
        bool HasCache(int leaf, int last) => (uint)leaf <= (uint)last && (eax(leaf, 0) & CacheTypeMask) != 0;
    }

    /// <summary>Keeps oneDNN, which reads the variable when it is first asked for something, to kernels that are right here. A limit that is set already stays.</summary>
    public static void Avoid()
    {
        if (AreHere && OperatingSystem.IsLinux()) _ = SetEnvironmentVariable(LimitVariable, SafeLimit, overwrite: 0);
    }

    /// <summary>.NET's own way changes a copy that native code does not see.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
