using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>Arithmetic exactly as it is written: what series are calculated with, whose error would otherwise depend on what the optimiser contracts.</summary>
internal sealed class FloatEmitter(IrBuilder builder, VectorType type, Target target)
{
    /// <summary><c>a · b + c</c>, rounded once where the target can.</summary>
    public string MultiplyAdd(string a, string b, string c) => target.HasFusedMultiplyAdd
        ? builder.Call(type.Float, $"llvm.fma.{type.Suffix}", (type.Float, a), (type.Float, b), (type.Float, c))
        : Of("fadd", Of("fmul", a, b), c);

    public string Of(string instruction, string left, string right) => builder.Emit($"{instruction} {type.Float} {left}, {right}");
}
