using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>IR text → a relocatable object file of the target. Thread-safe: every call has its own LLVM context.</summary>
public static class ObjectCompiler
{
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: LLVM is missing.</exception>
    /// <exception cref="InvalidOperationException">LLVM refuses the module; the message is LLVM's.</exception>
    public static byte[] Compile(string irText, Target target) => throw new NotImplementedException();
}
