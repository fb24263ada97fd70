using System.Runtime.InteropServices;
using CPrune.Graph;
using Microsoft.Win32.SafeHandles;

namespace CPrune.Tuning.CostModel;

/// <summary>The part of LightGBM's C interface (c_api.h, version 4) that training and prediction need.</summary>
internal static partial class LightGbmNative
{
    private const string Library = "lib_lightgbm";

    public const int Float32 = 0;
    public const int RowMajor = 1;
    public const int PredictNormal = 0;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int LGBM_DatasetCreateFromMat(
        float* data, int dataType, int rows, int columns, int isRowMajor, string parameters, nint reference, out nint dataset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int LGBM_DatasetSetField(nint dataset, string field, void* data, int count, int type);

    [LibraryImport(Library)]
    public static partial int LGBM_DatasetFree(nint dataset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_BoosterCreate(nint dataset, string parameters, out Booster booster);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterUpdateOneIter(Booster booster, out int isFinished);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int LGBM_BoosterPredictForMat(
        Booster booster, float* data, int dataType, int rows, int columns, int isRowMajor, int predictType, int startIteration, int iterations,
        string parameters, out long length, double* result);

    [LibraryImport(Library)]
    private static partial int LGBM_BoosterFree(nint booster);

    [LibraryImport(Library)]
    private static partial nint LGBM_GetLastError();

    /// <summary>Trained trees; freed with the object that holds them.</summary>
    public sealed class Booster() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle() => LGBM_BoosterFree(handle) == 0;
    }

    /// <exception cref="InvalidOperationException">LightGBM reports an error; the message is its own.</exception>
    public static void Check(int status)
    {
        if (status != 0) throw new InvalidOperationException($"LightGBM: {Marshal.PtrToStringUTF8(LGBM_GetLastError())}");
    }

    /// <param name="architecture">To tell why the library is missing; null for this process's.</param>
    /// <exception cref="UserErrorException">Kind Target: the library or what it needs is missing.</exception>
    public static T WithLibrary<T>(Func<T> use, Architecture? architecture = null)
    {
        try
        {
            return use();
        }
        catch (DllNotFoundException error)
        {
            var remedy = Remedy(architecture ?? RuntimeInformation.ProcessArchitecture);
            throw new UserErrorException(UserErrorKind.Target, $"the tuner's cost model cannot load LightGBM: {remedy}", error);
        }
    }

    /// <summary>The package has a library for one architecture alone.</summary>
    private static string Remedy(Architecture architecture) => architecture == Architecture.X64
        ? "install the OpenMP runtime (apt-get install libgomp1)"
        : $"its package has no library for {architecture} processors; tune on an x86-64 machine";
}
