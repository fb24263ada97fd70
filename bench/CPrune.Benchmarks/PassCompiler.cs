using System.Runtime.InteropServices;
using System.Text;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Targets;
using static CPrune.Compiler.Llvm.LlvmNative;

namespace CPrune.Benchmarks;

/// <summary>How LLVM makes code of a kernel's text.</summary>
/// <param name="Passes">A pass pipeline as <c>opt -passes=</c> takes it; empty for none.</param>
/// <param name="Level">Of code generation: 0 to 3.</param>
internal sealed record PassList(string Name, string Passes, int Level);

/// <summary>What the compiler's own <see cref="ObjectCompiler"/> does, with IR passes before it.</summary>
internal static unsafe class PassCompiler
{
    public static byte[] Compile(string text, Target target, PassList list)
    {
        LlvmLibrary.EnsureLoaded();
        var context = LLVMContextCreate();
        var module = Parse(context, text);
        if (LLVMGetTargetFromTriple(target.Triple, out var description, out var message) != 0) throw new InvalidOperationException(TakeMessage(message));
        var machine = LLVMCreateTargetMachine(description, target.Triple, target.Cpu, target.Features, list.Level, RelocationPic, CodeModelDefault);
        LLVMSetTarget(module, target.Triple);
        var layout = LLVMCreateTargetDataLayout(machine);
        LLVMSetModuleDataLayout(module, layout);
        LLVMDisposeTargetData(layout);
        if (list.Passes.Length > 0) ThrowIfError(RunPasses(module, list.Passes, machine), list.Passes);
        if (LLVMTargetMachineEmitToMemoryBuffer(machine, module, ObjectFile, out message, out var buffer) != 0) throw new InvalidOperationException(TakeMessage(message));
        var code = new ReadOnlySpan<byte>(LLVMGetBufferStart(buffer), checked((int)LLVMGetBufferSize(buffer))).ToArray();
        LLVMDisposeMemoryBuffer(buffer);
        LLVMDisposeTargetMachine(machine);
        LLVMDisposeModule(module);
        LLVMContextDispose(context);
        return code;
    }

    private static nint Parse(nint context, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* data = bytes)
        {
            var buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(data, (nuint)bytes.Length, "kernel");
            return LLVMParseIRInContext(context, buffer, out var module, out var message) == 0 ? module : throw new InvalidOperationException(TakeMessage(message));
        }
    }

    /// <summary>The compiler itself runs no passes, so it has no binding for them (llvm-c/Transforms/PassBuilder.h).</summary>
    private static nint RunPasses(nint module, string passes, nint machine)
    {
        var llvm = LlvmLibrary.Load(LlvmLibrary.CandidateNames(Environment.GetEnvironmentVariable(LlvmLibrary.PathVariable)));
        var create = (delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(llvm, "LLVMCreatePassBuilderOptions");
        var dispose = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(llvm, "LLVMDisposePassBuilderOptions");
        var run = (delegate* unmanaged[Cdecl]<nint, byte*, nint, nint, nint>)NativeLibrary.GetExport(llvm, "LLVMRunPasses");
        var options = create();
        fixed (byte* name = Encoding.UTF8.GetBytes(passes + '\0'))
        {
            var error = run(module, name, machine, options);
            dispose(options);
            return error;
        }
    }
}
