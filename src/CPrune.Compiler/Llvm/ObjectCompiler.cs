using System.Text;
using CPrune.Compiler.Targets;
using static CPrune.Compiler.Llvm.LlvmNative;

namespace CPrune.Compiler.Llvm;

/// <summary>IR text → a relocatable object file of the target. Thread-safe: every call has its own LLVM context.</summary>
public static class ObjectCompiler
{
    /// <summary>
    /// The text is already vectorised, tiled and hoisted; what is left to gain is the cleaning of addresses. Against <c>default&lt;O1&gt;</c> these
    /// passes give equally fast code in a fraction of the time.
    /// </summary>
    private const string Passes = "function(early-cse,loop-simplify,loop-mssa(licm),instsimplify)";

    private const int Aggressive = 3;

    /// <exception cref="CPrune.Graph.UserErrorException">Kind Target: LLVM is missing.</exception>
    /// <exception cref="InvalidOperationException">LLVM refuses the module; the message is LLVM's.</exception>
    public static byte[] Compile(string irText, Target target) => Compile(irText, target, Passes);

    internal static unsafe byte[] Compile(string irText, Target target, string passes)
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
            Optimize(module, machine, passes);
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
            description, target.Triple, target.Cpu, target.Features, Aggressive, RelocationPic, CodeModelDefault);
        return machine != 0 ? machine : throw new InvalidOperationException($"LLVM has no target machine for {target.Triple}");
    }

    private static void Optimize(nint module, nint machine, string passes)
    {
        var options = LLVMCreatePassBuilderOptions();
        var error = LLVMRunPasses(module, passes, machine, options);
        LLVMDisposePassBuilderOptions(options);
        ThrowIfError(error, "optimizing");
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
