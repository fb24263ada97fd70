using CPrune.Compiler.Llvm;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Roofline;

/// <summary>Multiply-adds in as many independent chains as there are registers, so that each unit always has one that can start.</summary>
public static class PeakKernel
{
    private const int Turns = 1 << 16;

    /// <summary>Registers left for the two factors and what a multiplication needs on the way.</summary>
    private const int Reserved = 4;

    /// <summary>Its work is counted in floating-point operations, two a multiply-add.</summary>
    public static RateKernel Of(Target target)
    {
        var type = new VectorType(target.MaxLanes);
        int[] chains = [.. Enumerable.Range(0, target.VectorRegisters - Reserved)];
        var text = $$"""
            {{(target.HasFusedMultiplyAdd ? $"declare {type.Float} @llvm.fma.{type.Suffix}({type.Float}, {type.Float}, {type.Float})" : "")}}

            define void @cprune_peak(ptr %buffers, i64 %begin, i64 %end) {
            entry:
              %sink = alloca {{type.Float}}, align 64
              %data = load ptr, ptr %buffers
            {{Load("factor", 0)}}
            {{Load("addend", 1)}}
            {{Lines(c => Load($"start{c}", c + 2))}}
              br label %loop

            loop:
              %i = phi i64 [ %begin, %entry ], [ %next, %loop ]
            {{Lines(c => $"  %sum{c} = phi {type.Float} [ %start{c}, %entry ], [ %more{c}, %loop ]")}}
            {{Lines(MultiplyAdd)}}
              %next = add i64 %i, 1
              %again = icmp slt i64 %next, %end
              br i1 %again, label %loop, label %done

            done:
            {{Lines(c => $"  store volatile {type.Float} %more{c}, ptr %sink, align 64")}}
              ret void
            }
            """;
        return new RateKernel("cprune_peak", text, (chains.Length + 2) * type.Lanes, Turns, 2.0 * Turns * chains.Length * type.Lanes);

        string Load(string name, int vector) =>
            $"""
              %{name}.at = getelementptr {type.Float}, ptr %data, i64 {vector}
              %{name} = load {type.Float}, ptr %{name}.at
            """;

        string MultiplyAdd(int c) => target.HasFusedMultiplyAdd
            ? $"  %more{c} = call {type.Float} @llvm.fma.{type.Suffix}({type.Float} %sum{c}, {type.Float} %factor, {type.Float} %addend)"
            : $"""
                %product{c} = fmul {type.Float} %sum{c}, %factor
                %more{c} = fadd {type.Float} %product{c}, %addend
              """;

        string Lines(Func<int, string> line) => string.Join('\n', chains.Select(line));
    }
}
