using System.Runtime.InteropServices;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// The part of LLVM's C interface that is used (llvm-c/Core.h, Analysis.h, IRReader.h, TargetMachine.h, Orc.h, LLJIT.h).
/// Every reference type is an opaque pointer. Call <see cref="LlvmLibrary.EnsureLoaded"/> first.
/// </summary>
internal static unsafe partial class LlvmNative
{
    private const string Library = LlvmLibrary.ImportName;

    internal const int RelocationPic = 2;
    internal const int CodeModelDefault = 0;
    internal const int ObjectFile = 1;
    internal const int ReturnStatus = 2;

    // Context and module
    [LibraryImport(Library)] internal static partial nint LLVMContextCreate();
    [LibraryImport(Library)] internal static partial void LLVMContextDispose(nint context);
    [LibraryImport(Library)] internal static partial int LLVMParseIRInContext(nint context, nint buffer, out nint module, out nint message);
    [LibraryImport(Library)] internal static partial int LLVMVerifyModule(nint module, int action, out nint message);
    [LibraryImport(Library)] internal static partial void LLVMDisposeModule(nint module);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void LLVMSetTarget(nint module, string triple);
    [LibraryImport(Library)] internal static partial void LLVMSetModuleDataLayout(nint module, nint layout);

    // Memory buffers and messages
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LLVMCreateMemoryBufferWithMemoryRangeCopy(byte* data, nuint length, string name);
    [LibraryImport(Library)] internal static partial byte* LLVMGetBufferStart(nint buffer);
    [LibraryImport(Library)] internal static partial nuint LLVMGetBufferSize(nint buffer);
    [LibraryImport(Library)] internal static partial void LLVMDisposeMemoryBuffer(nint buffer);
    [LibraryImport(Library)] internal static partial void LLVMDisposeMessage(nint message);
    [LibraryImport(Library)] internal static partial nint LLVMGetErrorMessage(nint error);
    [LibraryImport(Library)] internal static partial void LLVMDisposeErrorMessage(nint message);

    // Target machine
    [LibraryImport(Library)] internal static partial nint LLVMGetDefaultTargetTriple();
    [LibraryImport(Library)] internal static partial nint LLVMGetHostCPUName();
    [LibraryImport(Library)] internal static partial nint LLVMGetHostCPUFeatures();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LLVMGetTargetFromTriple(string triple, out nint target, out nint message);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LLVMCreateTargetMachine(
        nint target, string triple, string cpu, string features, int level, int relocation, int codeModel);
    [LibraryImport(Library)] internal static partial void LLVMDisposeTargetMachine(nint machine);
    [LibraryImport(Library)] internal static partial nint LLVMCreateTargetDataLayout(nint machine);
    [LibraryImport(Library)] internal static partial void LLVMDisposeTargetData(nint layout);
    [LibraryImport(Library)]
    internal static partial int LLVMTargetMachineEmitToMemoryBuffer(
        nint machine, nint module, int fileType, out nint message, out nint buffer);

    // ORC just-in-time compiler
    [LibraryImport(Library)] internal static partial nint LLVMOrcCreateLLJIT(out nint jit, nint builder);
    [LibraryImport(Library)] internal static partial nint LLVMOrcDisposeLLJIT(nint jit);
    [LibraryImport(Library)] internal static partial nint LLVMOrcLLJITGetMainJITDylib(nint jit);
    [LibraryImport(Library)] internal static partial byte LLVMOrcLLJITGetGlobalPrefix(nint jit);
    [LibraryImport(Library)]
    internal static partial nint LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(
        out nint generator, byte prefix, nint filter, nint filterContext);
    [LibraryImport(Library)] internal static partial void LLVMOrcJITDylibAddGenerator(nint dylib, nint generator);
    [LibraryImport(Library)] internal static partial nint LLVMOrcLLJITAddObjectFile(nint jit, nint dylib, nint buffer);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint LLVMOrcLLJITLookup(nint jit, out ulong address, string name);

    /// <summary>Takes a message over from LLVM.</summary>
    internal static string TakeMessage(nint message)
    {
        var text = Marshal.PtrToStringUTF8(message) ?? "";
        LLVMDisposeMessage(message);
        return text;
    }

    /// <exception cref="InvalidOperationException"><paramref name="error"/> is not success; the message is LLVM's.</exception>
    internal static void ThrowIfError(nint error, string doing)
    {
        if (error == 0) return;
        var message = LLVMGetErrorMessage(error);
        var text = Marshal.PtrToStringUTF8(message);
        LLVMDisposeErrorMessage(message);
        throw new InvalidOperationException($"LLVM, {doing}: {text}");
    }
}
