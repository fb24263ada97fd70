namespace CPrune.Compiler.Targets;

/// <summary>What schedules and code generation must know of an instruction set: no kernel asks for its name.</summary>
/// <param name="VectorBits">Width of the widest vector register; a schedule may use less.</param>
/// <param name="VectorRegisters">Architectural vector registers; the register tile must fit.</param>
/// <param name="HasFusedMultiplyAdd">Whether multiply-add is one instruction.</param>
/// <param name="HasNumberMaximum">
/// Whether the larger and the smaller of two are one instruction that takes a number before NaN (IEEE 754-2008's maxNum and minNum), rather than
/// one that answers as a comparison would.
/// </param>
public sealed record InstructionSet(int VectorBits, int VectorRegisters, bool HasFusedMultiplyAdd, bool HasNumberMaximum)
{
    public static InstructionSet Sse { get; } = new(128, 16, HasFusedMultiplyAdd: false, HasNumberMaximum: false);

    public static InstructionSet Avx { get; } = new(256, 16, HasFusedMultiplyAdd: false, HasNumberMaximum: false);

    public static InstructionSet Avx2 { get; } = new(256, 16, HasFusedMultiplyAdd: true, HasNumberMaximum: false);

    public static InstructionSet Avx512 { get; } = new(512, 32, HasFusedMultiplyAdd: true, HasNumberMaximum: false);

    public static InstructionSet Neon { get; } = new(128, 32, HasFusedMultiplyAdd: true, HasNumberMaximum: true);
}
