using System.Globalization;
using System.Text;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Llvm;

namespace CPrune.Compiler.Tests.Foreign;

/// <summary>Many kernels in one emulated program, against the interpreter.</summary>
internal static class ForeignKernels
{
    public static void Agree(Target target, IReadOnlyList<Trial> trials)
    {
        var image = new MemoryImage();
        var body = new StringBuilder("define void @body(ptr %image) {\n");
        var kernels = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var outputs = new List<int>();
        for (var i = 0; i < trials.Count; i++)
        {
            var trial = trials[i];
            var kernel = Lowered(trial, target);
            if (!kernels.ContainsKey(kernel.Symbol)) kernels.Add(kernel.Symbol, ObjectCompiler.Compile(kernel.IrText, target));
            var buffers = KernelRunner.RandomInputs(trial.Computation, trial.Seed).Select((logical, slot) => image.Add(Packed(logical, kernel.Packing[slot]))).ToList();
            outputs.Add(image.Add(KernelRunner.Count(trial.Computation.Output)));
            // Tells which one was running when the program came to a bad end.
            body.Append(CultureInfo.InvariantCulture, $"  store volatile i32 {i}, ptr %image\n");
            Call(body, i, kernel, [.. buffers, outputs[i]], trial.Shares);
        }

        body.Append("  ret void\n}\n");
        foreach (var symbol in kernels.Keys) body.Append(CultureInfo.InvariantCulture, $"declare void @{symbol}(ptr, i64, i64)\n");

        var bytes = image.ToBytes();
        var ended = Emulator.Run(target, body.ToString(), [.. kernels.Values], [], bytes);
        Assert.True(ended is null, $"{ended} in {trials[BitConverter.ToInt32(bytes)].Text(target)}");
        for (var i = 0; i < trials.Count; i++)
        {
            var length = KernelRunner.Count(trials[i].Computation.Output);
            Assert.True(MemoryImage.IsSlackIntact(bytes, outputs[i], length), $"the kernel wrote behind its output: {trials[i].Text(target)}");
            Check.Same(trials[i], target, MemoryImage.Read(bytes, outputs[i], length));
        }
    }

    private static KernelSource Lowered(Trial trial, Target target) => KernelCompiler.Lower(trial.Computation, trial.Schedule, target) switch
    {
        KernelResult.Ok ok => ok.Kernel,
        KernelResult.Refused refused => throw new InvalidOperationException(refused.Reason),
        var other => throw new InvalidOperationException($"unknown result {other}"),
    };

    private static float[] Packed(float[] logical, PackedLayout? layout)
    {
        if (layout is null) return logical;
        var packed = new float[layout.Length];
        layout.Pack(logical, packed);
        return packed;
    }

    private static void Call(StringBuilder body, int number, KernelSource kernel, List<int> offsets, int shares)
    {
        var text = CultureInfo.InvariantCulture;
        body.Append(text, $"  %buffers{number} = alloca [{offsets.Count} x ptr]\n");
        for (var slot = 0; slot < offsets.Count; slot++)
        {
            body.Append(text, $"  %buffer{number}.{slot} = getelementptr i8, ptr %image, i64 {offsets[slot]}\n");
            body.Append(text, $"  %slot{number}.{slot} = getelementptr ptr, ptr %buffers{number}, i64 {slot}\n");
            body.Append(text, $"  store ptr %buffer{number}.{slot}, ptr %slot{number}.{slot}\n");
        }

        for (var share = 0; share < shares; share++)
        {
            var (begin, end) = ((long)kernel.ParallelExtent * share / shares, (long)kernel.ParallelExtent * (share + 1) / shares);
            body.Append(text, $"  call void @{kernel.Symbol}(ptr %buffers{number}, i64 {begin}, i64 {end})\n");
        }
    }
}
