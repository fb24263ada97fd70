namespace CPrune.Compiler.Llvm;

/// <summary>Loads object code into this process (ORC). Everything loaded goes with <see cref="Dispose"/>.</summary>
public sealed class JitSession : IDisposable
{
    /// <summary>Adds an object and returns the address of one of its functions.</summary>
    public nint Load(ReadOnlySpan<byte> objectCode, string symbol) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
