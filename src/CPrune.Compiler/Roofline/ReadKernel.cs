using System.Numerics;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Roofline;

/// <summary>Reads a buffer from its begin to its end, again and again where it is small.</summary>
public static class ReadKernel
{
    private const int VectorsATurn = 8;

    /// <summary>Enough that a run on the nearest cache is long against a call.</summary>
    private const int LeastTurns = 1 << 16;

    /// <summary>Its work is counted in bytes.</summary>
    /// <param name="bytes">The buffer; rounded down to a power of two, at least one turn.</param>
    public static RateKernel Of(Target target, long bytes)
    {
        var type = new VectorType(target.MaxLanes);
        var turnBytes = (uint)(VectorsATurn * type.Lanes * sizeof(float));
        var portions = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes / turnBytes, 1) / 2 + 1);
        var turns = (int)Math.Max(portions, LeastTurns);
        var text = $$"""
            define void @cprune_read(ptr %buffers, i64 %begin, i64 %end) {
            entry:
              %data = load ptr, ptr %buffers
              br label %loop

            loop:
              %i = phi i64 [ %begin, %entry ], [ %next, %loop ]
              %portion = and i64 %i, {{portions - 1}}
            {{string.Join('\n', Enumerable.Range(0, VectorsATurn).Select(Load))}}
              %next = add i64 %i, 1
              %again = icmp slt i64 %next, %end
              br i1 %again, label %loop, label %done

            done:
              ret void
            }
            """;
        return new RateKernel("cprune_read", text, checked((int)(portions * turnBytes / sizeof(float))), turns, (double)turns * turnBytes);

        // Volatile: nobody wants what is read.
        string Load(int v) =>
            $"""
              %at{v} = getelementptr [{VectorsATurn} x {type.Float}], ptr %data, i64 %portion, i64 {v}
              %v{v} = load volatile {type.Float}, ptr %at{v}
            """;
    }
}
