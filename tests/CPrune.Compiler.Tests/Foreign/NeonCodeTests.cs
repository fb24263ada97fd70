using System.Runtime.InteropServices;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Foreign;

/// <summary>What the AArch64 code of a register tile is made of, read off its instruction words (Arm ARM, C4.1 "A64 instruction set encoding").</summary>
public class NeonCodeTests
{
    private static readonly Target Arm = TargetCatalog.Find("aarch64", 1);

    /// <summary>Two vectors of filters × 14 pixels: 28 sums, two filters and a pixel in 32 registers, and pixels are multiplied by element.</summary>
    [Fact]
    public void A_register_tile_of_28_sums_stays_in_registers()
    {
        var convolution = Samples.Conv(28, 28, 64, 64, new Window(3, PadBefore: 1, PadAfter: 1));

        var code = Words(convolution, Schedule.Parse(
            "split oc 2 4; split ow 14; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1"));

        Assert.DoesNotContain(code, w => IsVectorOnStack(w));
        Assert.Equal(28, code.Count(w => IsMultiplyAddByElement(w) || IsMultiplyAdd(w)));
        Assert.InRange(code.Count(IsMultiplyAddByElement), 24, 28);
    }

    [Theory, MemberData(nameof(Untuned))]
    public void An_untuned_kernel_does_not_spill(string kind, Computation computation) =>
        Assert.False(Words(computation, DefaultSchedule.For(computation, Arm)).Any(IsVectorOnStack), kind);

    public static TheoryData<string, Computation> Untuned => new()
    {
        { "convolution", Samples.Conv(28, 28, 64, 64, new Window(3, PadBefore: 1, PadAfter: 1)) },
        { "pointwise", Samples.Conv(14, 14, 96, 96, new Window(1)) },
        { "first layer", Samples.Conv(32, 32, 3, 16, new Window(3, PadBefore: 1, PadAfter: 1)) },
        { "depthwise", Samples.Depthwise(28, 28, 64, new Window(3, PadBefore: 1, PadAfter: 1)) },
        { "depthwise 5x5", Samples.Depthwise(14, 14, 64, new Window(5, PadBefore: 2, PadAfter: 2)) },
        { "dense", Samples.Dense(1, 1, 512, 1000) },
    };

    private static uint[] Words(Computation computation, Schedule schedule)
    {
        var kernel = Assert.IsType<KernelResult.Ok>(KernelCompiler.Lower(computation, schedule, Arm)).Kernel;
        var code = ObjectCompiler.Compile(kernel.IrText, Arm);
        return MemoryMarshal.Cast<byte, uint>(code.AsSpan(0, code.Length / sizeof(uint) * sizeof(uint))).ToArray();
    }

    /// <summary><c>fmla v.4s, v.4s, v.4s</c></summary>
    private static bool IsMultiplyAdd(uint word) => (word & 0xFFE0FC00) == 0x4E20CC00;

    /// <summary><c>fmla v.4s, v.4s, v.s[i]</c></summary>
    private static bool IsMultiplyAddByElement(uint word) => (word & 0xFFC0F400) == 0x4F801000;

    /// <summary><c>ldr</c>, <c>str</c>, <c>ldp</c> or <c>stp</c> of a 128-bit register at an address from the stack pointer.</summary>
    private static bool IsVectorOnStack(uint word) =>
        (word >> 5 & 31) == 31 && ((word & 0xFF800000) == 0x3D800000 || (word & 0xFF800000) == 0xAD000000);
}
