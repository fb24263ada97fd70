namespace CPrune.Compiler.Targets;

/// <summary>What code is made for: an instruction set and the number of threads it will run on.</summary>
/// <param name="Name">As the user said it: <c>host</c>, <c>x86-64-v2</c>, <c>x86-64-v3</c>, <c>x86-64-v4</c>.</param>
/// <param name="Triple">LLVM's target triple.</param>
/// <param name="Cpu">LLVM's CPU name.</param>
/// <param name="Features">LLVM's feature string, for example <c>+avx2,+fma</c>.</param>
/// <param name="VectorBits">Width of the widest vector register; a schedule may use less.</param>
/// <param name="VectorRegisters">Architectural vector registers; the register tile must fit.</param>
/// <param name="Threads">Threads a compiled model runs on.</param>
public sealed record Target(string Name, string Triple, string Cpu, string Features, int VectorBits, int VectorRegisters, int Threads)
{
    /// <summary>Float lanes of the widest vector.</summary>
    public int MaxLanes => VectorBits / 32;

    /// <summary>Whether multiply-add is one instruction.</summary>
    public bool HasFusedMultiplyAdd =>
        Triple.StartsWith("aarch64", StringComparison.Ordinal) || Features.Split(',').Contains("+fma");

    /// <summary>
    /// What records are filed under: code generation input (triple, CPU, features) and threads, never the name. Two machines
    /// that are both <c>host</c> but differ in CPU do not share records.
    /// </summary>
    public string Key => $"{Triple}/{Cpu}/{Features}/t{Threads}";

    /// <summary>The names <see cref="TargetCatalog"/> knows, for messages.</summary>
    public override string ToString() => $"{Name} ({Cpu}, {VectorBits}-bit vectors, {Threads} thread{(Threads == 1 ? "" : "s")})";
}
