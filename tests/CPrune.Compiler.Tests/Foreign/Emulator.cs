using System.Diagnostics;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Tests.Foreign;

/// <summary>
/// Runs AArch64 code on another machine: QEMU's user mode and that architecture's C library are all it takes, because programs are made of
/// LLVM IR with the compiler's own tools. A program maps one file into its memory, works in it, and ends.
/// </summary>
internal static class Emulator
{
    /// <summary>Where Debian's <c>libc6-arm64-cross</c> lies; QEMU looks for a program's loader there.</summary>
    private const string Root = "/usr/aarch64-linux-gnu";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Skips the test where the emulator is not installed.</summary>
    public static void Require()
    {
        if (Qemu() is null || !File.Exists(Library("libc.so.6")))
            Assert.Skip("needs QEMU and AArch64's C library (apt-get install qemu-user-static libc6-arm64-cross)");
    }

    /// <summary>Makes a program and runs it.</summary>
    /// <param name="body">
    /// The module's IR with the function <c>void @body(ptr %image)</c>: the image's begin in memory. It may call the C library.
    /// </param>
    /// <param name="objects">Linked in.</param>
    /// <param name="libraries">Shared libraries it calls, by path.</param>
    /// <param name="image">What the file holds at the begin; afterwards what the program left there.</param>
    /// <returns>Null where the program ended as it should, otherwise how it ended.</returns>
    public static string? Run(Target target, string body, IReadOnlyList<byte[]> objects, IReadOnlyList<string> libraries, byte[] image)
    {
        var folder = Directory.CreateTempSubdirectory("cprune-foreign-");
        try
        {
            var (program, file) = (Path.Combine(folder.FullName, "program"), Path.Combine(folder.FullName, "image"));
            File.WriteAllBytes(file, image);
            Link(target, program, [ObjectCompiler.Compile(EntryPoint(file, image.Length) + body, target), .. objects], libraries);
            var ended = Start(Qemu()!, ["-L", Root, program]);
            File.ReadAllBytes(file).CopyTo(image, 0);
            return ended;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The loader has made the C library ready when it hands over to the entry point.</summary>
    private static string EntryPoint(string file, int bytes) => $$"""
        declare i32 @open(ptr, i32, ...)
        declare ptr @mmap(ptr, i64, i32, i32, i32, i64)
        declare void @exit(i32)
        @file = private constant [{{file.Length + 1}} x i8] c"{{file}}\00"

        define void @_start() {
          %file = call i32 (ptr, i32, ...) @open(ptr @file, i32 2)
          %image = call ptr @mmap(ptr null, i64 {{bytes}}, i32 3, i32 1, i32 %file, i64 0)
          call void @body(ptr %image)
          call void @exit(i32 0)
          unreachable
        }

        """;

    private static void Link(Target target, string program, IEnumerable<byte[]> objects, IEnumerable<string> libraries)
    {
        var files = new List<string>();
        foreach (var content in objects)
        {
            var file = $"{program}.{files.Count}.o";
            File.WriteAllBytes(file, content);
            files.Add(file);
        }

        var ended = Start(
            Linker.For(target).Path,
            [
                "-o", program, "-pie", "--dynamic-linker", "/lib/ld-linux-aarch64.so.1", .. files, .. libraries, Library("libc.so.6"), Library("ld-linux-aarch64.so.1"),
                .. libraries.SelectMany(l => (string[])["-rpath", Path.GetDirectoryName(l)!]),
            ]);
        Assert.True(ended is null, ended);
    }

    private static string? Start(string file, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            return $"{file} did not end within {Limit.TotalSeconds:0} s";
        }

        return process.ExitCode == 0 ? null : $"{file} ended with code {process.ExitCode}: {errors.Result}";
    }

    private static string Library(string name) => Path.Combine(Root, "lib", name);

    private static string? Qemu() =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in (string[])["qemu-aarch64-static", "qemu-aarch64"]
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
