using System.Diagnostics;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Targets;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>Makes a shared library of objects with a linker that is installed: LLVM's, which knows every architecture, or binutils' for the one in question.</summary>
public sealed class Linker
{
    /// <summary>An environment variable that names the linker to use instead of the known ones.</summary>
    public const string PathVariable = "CPRUNE_LLD";

    private static readonly string[] ForAny = [.. LlvmLibrary.Versions.Select(v => $"ld.lld-{v}"), "ld.lld", $"lld-{LlvmLibrary.Versions[0]}"];

    private static readonly string[] ForThisMachine = ["ld", "ld.gold", "ld.bfd"];

    private Linker(string path) => Path = path;

    public string Path { get; }

    /// <summary>The first linker found in <paramref name="folders"/>.</summary>
    /// <param name="fromEnvironment">A path or name that replaces the known names; null or empty for none.</param>
    /// <param name="foreign">The architecture to link for where it is not this machine's.</param>
    /// <exception cref="UserErrorException">Kind Target: there is none.</exception>
    public static Linker Find(string? fromEnvironment, IEnumerable<string> folders, string? foreign = null)
    {
        string[] names = string.IsNullOrEmpty(fromEnvironment)
            ? [.. ForAny, .. foreign is null ? ForThisMachine : [$"{foreign}-linux-gnu-ld"]]
            : [fromEnvironment];
        var searched = folders.ToList();
        foreach (var name in names)
        {
            if (System.IO.Path.IsPathRooted(name) && File.Exists(name)) return new Linker(name);
            if (searched.Select(f => System.IO.Path.Combine(f, name)).FirstOrDefault(File.Exists) is { } path) return new Linker(path);
        }

        throw new UserErrorException(UserErrorKind.Target, string.IsNullOrEmpty(fromEnvironment)
            ? $"no linker{(foreign is null ? "" : $" for {foreign}")} was found: install one with 'apt-get install lld-{LlvmLibrary.Versions[0]}'"
            : $"the linker '{fromEnvironment}' that {PathVariable} names was not found: install it, or unset {PathVariable}");
    }

    /// <summary>The linker for a target: <see cref="PathVariable"/>, then the known names along <c>PATH</c>.</summary>
    /// <exception cref="UserErrorException">Kind Target: there is none, or LLVM is missing.</exception>
    public static Linker For(Target target) => Find(
        Environment.GetEnvironmentVariable(PathVariable),
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        target.Architecture == ThisMachine.Describe(1).Architecture ? null : target.Architecture);

    /// <summary>
    /// The library's bytes: the same objects give the same bytes. Nothing is exported but what <paramref name="exported"/> (patterns) says, and the
    /// library uses its own functions even where another one of the process exports the same names. The C library is not named as a dependency:
    /// every process that can load a shared library has it.
    /// </summary>
    public byte[] Link(IReadOnlyList<(string Name, byte[] Content)> objects, string soname, IReadOnlyList<string> exported)
    {
        var folder = Directory.CreateTempSubdirectory("cprune-link-");
        try
        {
            var script = System.IO.Path.Combine(folder.FullName, "exports");
            File.WriteAllText(script, $"{{ global: {string.Concat(exported.Select(e => $"{e}; "))}local: *; }};\n");
            var output = System.IO.Path.Combine(folder.FullName, "library");
            var start = new ProcessStartInfo(Path) { RedirectStandardError = true, RedirectStandardOutput = true };
            // lld goes by the name it is called under.
            if (System.IO.Path.GetFileName(Path).StartsWith("lld", StringComparison.Ordinal)) start.ArgumentList.Add("-flavor");
            if (start.ArgumentList.Count > 0) start.ArgumentList.Add("gnu");
            foreach (var argument in (string[])
                ["-shared", "-soname", soname, "--version-script", script, "--gc-sections", "--build-id=none", "--hash-style=gnu", "-s",
                    "-Bsymbolic", "-z", "noexecstack", "-z", "relro", "-z", "now", "-o", output])
                start.ArgumentList.Add(argument);
            foreach (var (name, content) in objects)
            {
                var path = System.IO.Path.Combine(folder.FullName, name + ".o");
                File.WriteAllBytes(path, content);
                start.ArgumentList.Add(path);
            }

            Run(start);
            return File.ReadAllBytes(output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        var outputs = Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        process.WaitForExit();
        var text = string.Concat(outputs.GetAwaiter().GetResult());
        if (process.ExitCode != 0) throw new InvalidOperationException($"{start.FileName} failed with exit code {process.ExitCode}: {text.Trim()}");
    }
}
