using System.Text;
using CPrune.Compiler.Targets;
using static CPrune.Compiler.Llvm.LlvmNative;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// IR text → a relocatable object file of the target. Thread-safe: every call has its own LLVM context. No IR pass runs: the text comes
/// tiled, vectorised and with its addresses hoisted, and <c>default&lt;O1&gt;</c> and <c>default&lt;O3&gt;</c> were measured to double the
/// build time and leave the speed of the code as it is.
/// </summary>
public static class ObjectCompiler
{
    private const int DefaultLevel = 2;

    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: LLVM is missing.</exception>
    /// <exception cref="InvalidOperationException">LLVM refuses the module; the message is LLVM's.</exception>
    public static byte[] Compile(string irText, Target target)
    {
        LlvmLibrary.EnsureLoaded();
        var context = LLVMContextCreate();
        nint module = 0, machine = 0;
        try
        {
            module = Parse(context, irText);
            machine = CreateMachine(target);
            LLVMSetTarget(module, target.Triple);
            var layout = LLVMCreateTargetDataLayout(machine);
            LLVMSetModuleDataLayout(module, layout);
            LLVMDisposeTargetData(layout);
            if (LLVMVerifyModule(module, ReturnStatus, out var report) != 0)
                throw new InvalidOperationException($"LLVM, verifying: {TakeMessage(report)}");
            LLVMDisposeMessage(report);
            return Emit(module, machine);
        }
        finally
        {
            if (machine != 0) LLVMDisposeTargetMachine(machine);
            if (module != 0) LLVMDisposeModule(module);
            LLVMContextDispose(context);
        }
    }

    private static unsafe nint Parse(nint context, string irText)
    {
        var bytes = Encoding.UTF8.GetBytes(irText);
        nint buffer;
        fixed (byte* data = bytes)
            buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(data, (nuint)bytes.Length, "kernel");
        // The parser owns the buffer from here on.
        if (LLVMParseIRInContext(context, buffer, out var module, out var message) != 0)
            throw new InvalidOperationException($"LLVM, parsing: {TakeMessage(message)}");
        return module;
    }

    private static nint CreateMachine(Target target)
    {
        if (LLVMGetTargetFromTriple(target.Triple, out var description, out var message) != 0)
            throw new InvalidOperationException($"LLVM, finding the target: {TakeMessage(message)}");
        var machine = LLVMCreateTargetMachine(
            description, target.Triple, target.Cpu, target.Features, DefaultLevel, RelocationPic, CodeModelDefault);
        return machine != 0 ? machine : throw new InvalidOperationException($"LLVM has no target machine for {target.Triple}");
    }

    private static unsafe byte[] Emit(nint module, nint machine)
    {
        if (LLVMTargetMachineEmitToMemoryBuffer(machine, module, ObjectFile, out var message, out var buffer) != 0)
            throw new InvalidOperationException($"LLVM, emitting: {TakeMessage(message)}");
        var bytes = new ReadOnlySpan<byte>(LLVMGetBufferStart(buffer), checked((int)LLVMGetBufferSize(buffer))).ToArray();
        LLVMDisposeMemoryBuffer(buffer);
        return bytes;
    }
}
