using System.Runtime.InteropServices;

namespace CPrune.Training.Native;

/// <summary>Which instructions oneDNN, inside libtorch, may use at most: a variable of the environment, which it reads when it is first asked for something.</summary>
internal static partial class OneDnnLimit
{
    public const string Variable = "ONEDNN_MAX_CPU_ISA";

    /// <summary>Kernels whose blocks are too small to be split: right with caches of any size, and slow.</summary>
    public const string Safe = "SSE41";

    /// <summary>Values without AVX512_BF16.</summary>
    private static readonly string[] s_withoutBFloat16 = [Safe, "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI"];

    /// <summary>What is set now; null where nothing is.</summary>
    public static string? Current => Marshal.PtrToStringUTF8(GetEnvironmentVariable(Variable));

    public static bool IsSafe(string? limit) => string.Equals(limit, Safe, StringComparison.OrdinalIgnoreCase);

    public static bool AllowsBFloat16(string? limit) => !s_withoutBFloat16.Contains(limit, StringComparer.OrdinalIgnoreCase);

    /// <summary>Sets <see cref="Safe"/>; a limit that is set already stays.</summary>
    public static void SetSafe() => _ = SetEnvironmentVariable(Variable, Safe, overwrite: 0);

    /// <summary>.NET's own ways read and change a copy that native code does not see.</summary>
    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironmentVariable(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
