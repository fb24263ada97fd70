using CPrune.Compiler.Llvm;

namespace CPrune.Tuning.Tests.Devices;

/// <summary>Kernels written by hand, right and wrong ones, for <c>y[i] = max(x[i], -2)</c> with |x| ≤ 1.</summary>
internal static class KernelIr
{
    public const string Null = "store volatile float 1.0, ptr inttoptr (i64 16 to ptr)\n  ret void";

    public const string Endless = "br label %again\nagain:\n  %x = load volatile ptr, ptr %buffers\n  br label %again";

    public const string Nothing = "ret void";

    public const string Trap = "call void @llvm.trap()\n  ret void";

    /// <summary>Copies <paramref name="elements"/> floats, scaled; to the one at <paramref name="shiftedAt"/> something is added.</summary>
    public static string Copy(int elements, string factor = "1.0", int shiftedAt = -1, string shift = "0.0") =>
        $"""
        %xp = load ptr, ptr %buffers
          %slot = getelementptr ptr, ptr %buffers, i64 1
          %yp = load ptr, ptr %slot
          br label %loop
        loop:
          %i = phi i64 [ 0, %entry ], [ %next, %loop ]
          %from = getelementptr float, ptr %xp, i64 %i
          %to = getelementptr float, ptr %yp, i64 %i
          %v = load float, ptr %from
          %s = fmul float %v, {factor}
          %here = icmp eq i64 %i, {shiftedAt}
          %added = select i1 %here, float {shift}, float 0.0
          %y = fadd float %s, %added
          store float %y, ptr %to
          %next = add i64 %i, 1
          %more = icmp slt i64 %next, {elements}
          br i1 %more, label %loop, label %done
        done:
          ret void
        """;

    public static KernelSource Source(string body) => new(
        "kernel", $"declare void @llvm.trap()\ndefine void @kernel(ptr %buffers, i64 %begin, i64 %end) {{\nentry:\n  {body}\n}}\n", 1, [null], "");
}
