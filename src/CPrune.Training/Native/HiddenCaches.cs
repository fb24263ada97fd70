using System.Runtime.Intrinsics.X86;
using CPrune.Graph;

namespace CPrune.Training.Native;

/// <summary>
/// Some virtual machines (Firecracker's on AMD processors, for one) do not say how large the processor's caches are. oneDNN 3.7, which torch convolves with, then takes each for one byte, splits the reorders of padded weights
/// to fit it, and gets those wrong (as in uxlfoundation/oneDNN, issue 5313): convolutions and gradients are wrong, and memory beside them is overwritten.
/// </summary>
internal static class HiddenCaches
{
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

    /// <summary>Loads libtorch so that what it computes is right here, too.</summary>
    /// <param name="folder">Where libtorch's files are.</param>
    /// <param name="load">Loads them.</param>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Target"/>: this libtorch is another than its file says.</exception>
    public static void LoadAround(string folder, Action load)
    {
        var caches = AreHere && !OneDnnLimit.IsSafe(OneDnnLimit.Current) ? OneDnnCaches.Find(Path.Combine(folder, OneDnnCaches.FileName)) : null;
        if (AreHere && caches is null) OneDnnLimit.SetSafe();
        load();
        if (caches?.Mend() == false)
        {
            throw new UserErrorException(
                UserErrorKind.Target,
                $"this machine hides the sizes of its caches, and torch cannot be told them; set {OneDnnLimit.Variable}={OneDnnLimit.Safe}, with which training is slow but right.");
        }
    }
}
