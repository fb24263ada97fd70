using static CPrune.Compiler.Llvm.LlvmNative;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// Loads object code into this process (ORC). Everything loaded goes with <see cref="Dispose"/>. Each object has its own name space, so two
/// objects may define the same symbol.
/// </summary>
public sealed class JitSession : IDisposable
{
    private readonly List<nint> _jits = [];
    private bool _disposed;

    /// <summary>Adds an object and returns the address of one of its functions.</summary>
    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: LLVM is missing.</exception>
    /// <exception cref="InvalidOperationException">The object is not for this machine or lacks the symbol; the message is
    /// LLVM's.</exception>
    public unsafe nint Load(ReadOnlySpan<byte> objectCode, string symbol)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        LlvmLibrary.EnsureLoaded();
        ThrowIfError(LLVMOrcCreateLLJIT(out var jit, 0), "creating the JIT");
        lock (_jits) _jits.Add(jit);
        var dylib = LLVMOrcLLJITGetMainJITDylib(jit);
        // Code generation may call the C library (memset, memcpy).
        ThrowIfError(
            LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(out var generator, LLVMOrcLLJITGetGlobalPrefix(jit), 0, 0),
            "searching the process");
        LLVMOrcJITDylibAddGenerator(dylib, generator);
        nint buffer;
        fixed (byte* data = objectCode)
            buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(data, (nuint)objectCode.Length, symbol);
        ThrowIfError(LLVMOrcLLJITAddObjectFile(jit, dylib, buffer), "adding an object");
        ThrowIfError(LLVMOrcLLJITLookup(jit, out var address, symbol), $"looking up {symbol}");
        return (nint)address;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var jit in _jits) ThrowIfError(LLVMOrcDisposeLLJIT(jit), "disposing the JIT");
        _jits.Clear();
    }
}
