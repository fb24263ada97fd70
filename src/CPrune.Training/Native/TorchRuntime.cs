using System.Runtime.InteropServices;
using CPrune.Graph;

namespace CPrune.Training.Native;

/// <summary>
/// Makes TorchSharp's native library loadable. On Linux it is built against GCC 13's libstdc++ and asks for the version node
/// <c>GLIBCXX_3.4.32</c>, which Debian 12 and Ubuntu 22.04 lack, although it uses no symbol of that node. There a private copy in
/// which that one requirement is weak is loaded before TorchSharp looks for the library; elsewhere nothing is changed.
/// </summary>
public static class TorchRuntime
{
    private const string Library = "libLibTorchSharp.so";
    private const string MissingVersion = "GLIBCXX_3.4.32";

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Call before anything of TorchSharp is touched; every later call costs nothing.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Target"/>: the library is not beside the application, or cannot be loaded here.</exception>
    public static void Ensure() => _ = Loaded.Value;

    /// <summary>The package's own library, wherever this application keeps its native files; null if it is not there.</summary>
    public static string? FindLibrary() => NativeFolders().Select(folder => Path.Combine(folder, Library)).FirstOrDefault(File.Exists);

    private static bool Load()
    {
        if (!OperatingSystem.IsLinux()) return true; // TorchSharp's own search is enough.
        var library = FindLibrary() ?? throw new UserErrorException(
            UserErrorKind.Target, $"TorchSharp's native library {Library} is not beside the application in {AppContext.BaseDirectory}; build CPrune for linux-x64.");
        HiddenCaches.LoadAround(Path.GetDirectoryName(library)!, () => Load(library));
        return true;
    }

    private static void Load(string library)
    {
        try
        {
            NativeLibrary.Load(library);
        }
        catch (DllNotFoundException error) when (error.Message.Contains(MissingVersion, StringComparison.Ordinal))
        {
            LoadCopy(library);
        }
        catch (DllNotFoundException error)
        {
            throw new UserErrorException(UserErrorKind.Target, $"{library} cannot be loaded on this machine: {error.Message.ReplaceLineEndings(" ").Trim()}", error);
        }
    }

    private static void LoadCopy(string library)
    {
        var original = File.ReadAllBytes(library);
        var need = ElfVersionNeeds.Read(original).FirstOrDefault(n => n.Version == MissingVersion);
        if (need is null || ElfVersionNeeds.IsUsed(original, need))
            throw new UserErrorException(UserErrorKind.Target, $"{library} needs {MissingVersion}, which this system's libstdc++ lacks; install libstdc++ of GCC 13.2 or later.");
        var copy = PrivateCopy.Place(Library, ElfVersionNeeds.MarkWeak(original, need));
        // The copy looks for libtorch beside itself; loaded from its real place first, libtorch is found by its name.
        NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(library)!, "libtorch.so"));
        NativeLibrary.Load(copy);
    }

    private static IEnumerable<string> NativeFolders()
    {
        var known = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return known.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"));
    }
}
