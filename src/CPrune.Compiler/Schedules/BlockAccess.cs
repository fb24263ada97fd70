using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Schedules;

/// <summary>Whether loops over channels end with the blocks that the channels lie in (<see cref="BufferSpec.Block"/>), so that addresses stay affine.</summary>
internal static class BlockAccess
{
    /// <summary>Why the computation cannot be run with these loops, or null.</summary>
    public static string? Obstacle(Computation computation, ImmutableArray<ScheduledLoop> loops) =>
        computation.Reads().Select(r => Obstacle(computation, loops, r.Buffer, r.Indices))
            .Append(Obstacle(computation, loops, computation.Output, computation.OutputIndices))
            .FirstOrDefault(o => o is not null);

    private static string? Obstacle(Computation computation, ImmutableArray<ScheduledLoop> loops, BufferSpec buffer, ImmutableArray<AffineIndex> indices)
    {
        if (buffer.Block == 0) return null;
        var inside = indices[^1].Terms.Where(t => t.Coefficient % buffer.Block != 0).ToList();
        if (inside is [] && indices[^1].Offset % buffer.Block == 0) return null;
        if (inside is not [{ Coefficient: 1 }] || indices[^1].Offset % buffer.Block != 0)
            return $"{buffer.Name} is read or written at channel {indices[^1]}, which does not keep to blocks of {buffer.Block}";
        var axis = computation[inside[0].Axis];
        var walk = loops.Where(l => l.Axis == axis.Name).ToList();
        // The last tile of an axis may move back, to anywhere; only that of whole blocks or of vectors does not.
        var moves = walk.Aggregate(1L, (n, l) => n * l.Extent) != axis.Extent && axis.Kind != AxisKind.Reduction && !walk.Exists(l => l.Role == LoopRole.Lane);
        return moves || walk.Exists(l => l.Stride % buffer.Block != 0 && l.Stride * l.Extent > buffer.Block)
            ? $"the loops of {axis.Name} do not end with the blocks of {buffer.Block} channels of {buffer.Name}"
            : null;
    }
}
