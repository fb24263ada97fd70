using CPrune.Compiler.Llvm;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Models;

/// <summary>The part of a library that is the same for all models of a target: the files of the folder <c>Runtime</c>, one after the other.</summary>
internal static class RuntimeObject
{
    private static readonly string[] Files = ["Types.ll", "Memory.ll", "Pool.ll", "Choice.ll", "Chain.ll", "Transfer.ll", "Interface.ll"];

    public static string IrText(Target target)
    {
        var architecture = Architecture.Of(target);
        return string.Join('\n', Files.Select(Text))
            .Replace("{PAUSE_DECLARATION}", architecture.PauseDeclaration, StringComparison.Ordinal)
            .Replace("{PAUSE}", architecture.Pause, StringComparison.Ordinal)
            .Replace("{FUTEX}", $"{architecture.FutexCall}", StringComparison.Ordinal);
    }

    public static byte[] Compile(Target target) => ObjectCompiler.Compile(IrText(target), target);

    private static string Text(string file)
    {
        using var stream = typeof(RuntimeObject).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"the compiler was built without its resource {file}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <param name="FutexCall">Linux's number of the system call.</param>
    private sealed record Architecture(string PauseDeclaration, string Pause, int FutexCall)
    {
        public static Architecture Of(Target target) => target.Architecture switch
        {
            "x86_64" => new Architecture("@llvm.x86.sse2.pause()", "@llvm.x86.sse2.pause()", 202),
            "aarch64" => new Architecture("@llvm.aarch64.hint(i32)", "@llvm.aarch64.hint(i32 1)", 98),
            var other => throw new NotSupportedException($"the entry point for {other} is not known"),
        };
    }
}
