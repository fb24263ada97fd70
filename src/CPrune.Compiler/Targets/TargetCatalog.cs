using CPrune.Graph;

namespace CPrune.Compiler.Targets;

/// <summary>Targets by name.</summary>
public static class TargetCatalog
{
    /// <summary>Finds a target; <c>host</c> asks LLVM for this machine's CPU and features.</summary>
    /// <param name="threads">Threads of the compiled model; at least 1.</param>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Target"/>: unknown name (the message lists the known ones), or LLVM missing.</exception>
    public static Target Find(string name, int threads) => throw new NotImplementedException();
}
