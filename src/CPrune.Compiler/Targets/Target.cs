namespace CPrune.Compiler.Targets;

/// <summary>What code is made for: an instruction set and the number of threads it will run on.</summary>
/// <param name="Name">As the user said it: <c>host</c>, <c>x86-64-v3</c>, <c>aarch64</c>, …; <see cref="TargetCatalog.Names"/> has all.</param>
/// <param name="Triple">LLVM's target triple.</param>
/// <param name="Cpu">LLVM's CPU name.</param>
/// <param name="Features">LLVM's feature string, for example <c>+avx2,+fma</c>; a machine runs the code where it has all of them.</param>
/// <param name="Threads">Threads a compiled model runs on.</param>
public sealed record Target(string Name, string Triple, string Cpu, string Features, InstructionSet Instructions, int Threads)
{
    /// <summary>LLVM's name of the architecture: <c>x86_64</c>, <c>aarch64</c>.</summary>
    public string Architecture => Triple.Split('-')[0];

    /// <inheritdoc cref="InstructionSet.VectorBits"/>
    public int VectorBits => Instructions.VectorBits;

    /// <inheritdoc cref="InstructionSet.VectorRegisters"/>
    public int VectorRegisters => Instructions.VectorRegisters;

    /// <inheritdoc cref="InstructionSet.HasFusedMultiplyAdd"/>
    public bool HasFusedMultiplyAdd => Instructions.HasFusedMultiplyAdd;

    /// <summary>Float lanes of the widest vector.</summary>
    public int MaxLanes => VectorBits / 32;

    /// <summary>
    /// What records are filed under: code generation input (triple, CPU, features) and threads, never the name. Two machines
    /// that are both <c>host</c> but differ in CPU do not share records.
    /// </summary>
    public string Key => $"{Triple}/{Cpu}/{Features}/t{Threads}";

    /// <summary>For messages.</summary>
    public override string ToString() => $"{Name} ({Cpu}, {VectorBits}-bit vectors, {Threads} thread{(Threads == 1 ? "" : "s")})";
}
