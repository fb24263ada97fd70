using System.Reflection;
using System.Runtime.InteropServices;
using CPrune.Graph;

namespace CPrune.Compiler.Llvm;

/// <summary>Finds LLVM's shared library and prepares the back ends once per process.</summary>
public static class LlvmLibrary
{
    /// <summary>The name the bindings import from; a resolver maps it to the library found.</summary>
    internal const string ImportName = "LLVM";

    /// <summary>An environment variable that names the library file to use instead of the known ones.</summary>
    public const string PathVariable = "CPRUNE_LLVM";

    /// <summary>Those whose library and linker are looked for, in this order.</summary>
    internal static IReadOnlyList<string> Versions { get; } = ["19", "20", "18"];

    private static readonly Lazy<nint> Handle = new(Prepare);

    /// <summary>The names tried, in order.</summary>
    public static IReadOnlyList<string> CandidateNames(string? fromEnvironment)
    {
        string[] known =
        [
            .. Versions.SelectMany(v => new[] { $"libLLVM.so.{v}.1", $"libLLVM-{v}.so.1", $"libLLVM-{v}.so" }),
            .. Versions.Select(v => $"/usr/lib/llvm-{v}/lib/libLLVM.so"),
            .. Versions.Select(v => $"/usr/lib/llvm-{v}/lib/libLLVM-{v}.so"),
        ];
        return string.IsNullOrEmpty(fromEnvironment) ? known : [fromEnvironment];
    }

    /// <summary>The first of <paramref name="names"/> that loads.</summary>
    /// <exception cref="UserErrorException">Kind Target: none does.</exception>
    public static nint Load(IReadOnlyList<string> names)
    {
        foreach (var name in names)
            if (NativeLibrary.TryLoad(name, out var handle)) return handle;
        throw new UserErrorException(
            UserErrorKind.Target,
            $"LLVM was not found (tried {names[0]}{(names.Count > 1 ? $" and {names.Count - 1} other names" : "")}): "
            + $"install it with 'apt-get install libllvm{Versions[0]}', or set {PathVariable} to the path of libLLVM.so.");
    }

    /// <summary>Must precede every call of a binding.</summary>
    /// <exception cref="UserErrorException">Kind Target: LLVM is missing.</exception>
    internal static void EnsureLoaded() => _ = Handle.Value;

    private static nint Prepare()
    {
        var handle = Load(CandidateNames(Environment.GetEnvironmentVariable(PathVariable)));
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == ImportName ? handle : 0);
        InitializeBackEnds(handle);
        return handle;
    }

    /// <summary>A distribution may leave out a back end; finding a target that needs it fails later with LLVM's message.</summary>
    private static unsafe void InitializeBackEnds(nint handle)
    {
        foreach (var architecture in new[] { "X86", "AArch64" })
            foreach (var part in new[] { "TargetInfo", "Target", "TargetMC", "AsmPrinter" })
                if (NativeLibrary.TryGetExport(handle, $"LLVMInitialize{architecture}{part}", out var initialize))
                    ((delegate* unmanaged[Cdecl]<void>)initialize)();
    }
}
