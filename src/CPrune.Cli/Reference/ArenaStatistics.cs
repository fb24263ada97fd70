using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace CPrune.Cli.Reference;

/// <summary>
/// What ONNX Runtime's CPU arena holds. The C# package has no name for this, so its C interface is called: a table of functions that only ever grows at
/// its end (<c>OrtApi</c> in onnxruntime_c_api.h).
/// </summary>
/// <param name="InUse">Bytes handed out now.</param>
/// <param name="MostInUse">The most that was handed out at a time.</param>
/// <param name="Allocated">What the arena took from the system.</param>
internal readonly unsafe record struct ArenaStatistics(long InUse, long MostInUse, long Allocated)
{
    /// <summary>The first version with <c>AllocatorGetStats</c>.</summary>
    private const uint ApiVersion = 23;

    private const int GetErrorMessage = 2;
    private const int ReleaseStatus = 93;
    private const int GetKeyValue = 297;
    private const int ReleaseKeyValuePairs = 300;
    private const int AllocatorGetStats = 319;

    private static readonly Lazy<nint> Functions = new(FindFunctions);

    /// <exception cref="InvalidOperationException">ONNX Runtime refuses, or has no such figures.</exception>
    public static ArenaStatistics Of(InferenceSession session)
    {
        using var allocator = new OrtAllocator(session, OrtMemoryInfo.DefaultInstance);
        nint pairs;
        Check(((delegate* unmanaged<nint, nint*, nint>)Function(AllocatorGetStats))(allocator.DangerousGetHandle(), &pairs));
        try
        {
            return new ArenaStatistics(Value(pairs, "InUse"), Value(pairs, "MaxInUse"), Value(pairs, "TotalAllocated"));
        }
        finally
        {
            ((delegate* unmanaged<nint, void>)Function(ReleaseKeyValuePairs))(pairs);
        }
    }

    private static long Value(nint pairs, string key)
    {
        var name = Marshal.StringToCoTaskMemUTF8(key);
        var text = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint, nint>)Function(GetKeyValue))(pairs, name));
        Marshal.FreeCoTaskMem(name);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidOperationException($"ONNX Runtime's arena does not tell {key}");
    }

    private static void Check(nint status)
    {
        if (status == 0) return;
        var message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)Function(GetErrorMessage))(status));
        ((delegate* unmanaged<nint, void>)Function(ReleaseStatus))(status);
        throw new InvalidOperationException($"ONNX Runtime's arena: {message}");
    }

    private static nint Function(int index) => ((nint*)Functions.Value)[index];

    private static nint FindFunctions()
    {
        var library = NativeLibrary.Load("onnxruntime", typeof(OrtEnv).Assembly, null);
        var tables = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
        var table = ((delegate* unmanaged<uint, nint>)((nint*)tables)[0])(ApiVersion);
        return table != 0 ? table : throw new InvalidOperationException($"this ONNX Runtime does not know version {ApiVersion} of its C interface");
    }
}
