using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Tests.Expressions;

/// <summary>Computations on images whose channels lie in blocks.</summary>
internal static class InBlocks
{
    /// <summary>The computation with some of its images in blocks of the target's lanes or fewer; as it is where its channels do not allow it.</summary>
    public static Computation Of(Computation plain, Random random, Target target)
    {
        var block = new[] { 4, 8, 16 }.Where(b => b <= target.MaxLanes).OrderBy(_ => random.Next()).First();
        var buffers = plain.Inputs.Append(plain.Output).ToDictionary(b => b.Name, b => random.Next(3) > 0 ? Of(b, block) : b, StringComparer.Ordinal);
        if (buffers.Values.All(b => b.Block == 0)) return plain;
        var blocked = plain with
        {
            Inputs = [.. plain.Inputs.Select(b => buffers[b.Name])],
            Output = buffers[plain.Output.Name],
            Term = plain.Term.WithReads(r => r with { Buffer = buffers[r.Buffer.Name] }),
            Epilogue = plain.Epilogue.WithReads(r => r with { Buffer = buffers[r.Buffer.Name] }),
        };
        return ScheduledNest.Apply(blocked, DefaultSchedule.For(blocked, target), target) is ScheduleResult.Ok ? blocked : plain;
    }

    public static BufferSpec Of(BufferSpec buffer, int block) =>
        buffer.Role != BufferRole.Weight && buffer.Extents.Length == 3 && buffer.Extents[2] % block == 0 ? buffer with { Block = block } : buffer;

    /// <summary>An image in the order of its memory, from rows, columns, channels.</summary>
    public static float[] Memory(BufferSpec buffer, float[] image)
    {
        if (buffer.Block == 0) return image;
        var (pixels, channels) = (buffer.Extents[0] * buffer.Extents[1], buffer.Extents[2]);
        var memory = new float[image.Length];
        for (var p = 0; p < pixels; p++)
            for (var c = 0; c < channels; c++)
                memory[(c / buffer.Block * pixels + p) * buffer.Block + c % buffer.Block] = image[p * channels + c];
        return memory;
    }
}
