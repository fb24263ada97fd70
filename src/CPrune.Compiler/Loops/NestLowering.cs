using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

/// <summary>What the code generator needs: the nest, and per input the layout of a weight (null for an activation).</summary>
internal sealed record LoweredKernel(LoopNest Nest, ImmutableArray<PackedLayout?> Packing);

/// <summary>A scheduled computation → its loop nest and the layout of its weights.</summary>
internal static class NestLowering
{
    /// <exception cref="RefusedException">A weight is read in a way that no packed copy serves.</exception>
    public static LoweredKernel Lower(ScheduledNest nest)
    {
        var packing = new WeightPacking(nest);
        var layouts = Layouts(nest, packing);
        return new LoweredKernel(Assemble(nest, packing, layouts), layouts);
    }

    private static LoopNest Assemble(ScheduledNest nest, WeightPacking packing, ImmutableArray<PackedLayout?> layouts)
    {
        var computation = nest.Computation;
        var inputs = computation.Inputs.Select((b, i) => new PhysicalBuffer(i, b.Role, PackedExtents(layouts[i]) ?? b.Extents) { Block = b.Block });
        var output = new PhysicalBuffer(computation.Inputs.Length, BufferRole.Output, computation.Output.Extents) { Block = computation.Output.Block };
        var outer = nest.Loops
            .Where(l => l.Role is LoopRole.Serial or LoopRole.Parallel && computation[l.Axis].Kind == AxisKind.Spatial)
            .ToList();
        var body = Tiles(nest, packing);
        foreach (var loop in outer.AsEnumerable().Reverse())
        {
            var axis = computation[loop.Axis];
            var isOutermostOfAxis = nest.LoopsOf(axis.Name)[0].Name == loop.Name;
            if (isOutermostOfAxis && AxisPositions.Overlaps(nest, axis)) body = [AxisPositions.Base(nest, axis, body)];
            var kind = loop.Role == LoopRole.Parallel ? LoopKind.Parallel : LoopKind.Serial;
            body = [new Statement.For(loop.Name, 0, loop.Extent, kind, null, body)];
        }
        var parallel = outer.FirstOrDefault(l => l.Role == LoopRole.Parallel)?.Extent ?? 1;
        return new LoopNest([.. inputs, output], nest.Lanes, nest.LaneLoop?.Name, parallel, body) { WeightPrefetch = nest.WeightPrefetch };
    }

    private static ImmutableArray<int>? PackedExtents(PackedLayout? layout) =>
        layout is null ? null : [.. layout.Dimensions.Select(d => d.Extent)];

    /// <summary>The register tile, and where the lane axis does not end with a whole one, a shorter tile for its end.</summary>
    private static ImmutableArray<Statement> Tiles(ScheduledNest nest, WeightPacking packing)
    {
        if (nest.LaneLoop is null) return [Tile(nest, packing, LaneTile.Full)];
        var extent = nest.Computation[nest.Computation.LaneAxis].Extent;
        var size = AxisPositions.LaneTileSize(nest);
        var start = AxisPositions.LaneTileStart(nest);
        var covered = nest.LoopsOf(nest.Computation.LaneAxis).Aggregate(1, (n, l) => n * l.Extent);
        ImmutableArray<Statement> tail = extent % size == 0 ? [] : [Tile(nest, packing, LaneTile.Tail)];
        // Tiles that begin behind the end of the axis exist where a loop between the outermost and the tile does not divide evenly.
        if (!tail.IsEmpty && covered - size >= extent) tail = [new Statement.If(start, extent, tail, [])];
        if (extent < size) return tail;
        ImmutableArray<Statement> full = [Tile(nest, packing, LaneTile.Full)];
        return covered <= extent ? full : [new Statement.If(start.Plus(size - 1), extent, full, tail)];
    }

    private static Statement.Tile Tile(ScheduledNest nest, WeightPacking packing, LaneTile tile)
    {
        var computation = nest.Computation;
        var positions = new AxisPositions(nest, tile);
        var (where, term) = WindowRestriction.Of(nest, new AccessLowering(nest, positions, packing, nest.LaneLoop?.Name).Lower(computation.Term));
        var statements = ImmutableArray.CreateBuilder<Statement>();
        var sum = nest.SumsLanes ? LaneSum.Of(nest, tile) : null;
        var results = new AccessLowering(nest, positions, packing, sum is null ? nest.LaneLoop?.Name : sum.Loop);
        var value = results.Lower(computation.Epilogue);
        if (computation.Reducer == Reducer.None)
        {
            // Nothing to keep from one statement to the next: every point is computed and stored before the next one.
            value = value.WithAccumulator(term);
        }
        else
        {
            statements.Add(new Statement.Initialize(computation.Reducer == Reducer.Max ? float.NegativeInfinity : 0));
            statements.AddRange(new ReductionLowering(nest, where).Lower(term, LaneSum.EndOf(nest, positions, term)));
            if (sum is not null) statements.Add(sum);
        }
        statements.Add(new Statement.Store(results.LowerOutput(tile), value));
        var loops = nest.Loops.Where(l => l.Role == LoopRole.Register).Select(l => new TileLoop(l.Name, AxisPositions.TurnsInTile(nest, l, tile)));
        var shared = tile == LaneTile.Tail && nest.SharedTail is { } tail ? new SharedVector(tail.Loop, tail.Groups) : null;
        return new Statement.Tile([.. loops], statements.ToImmutable()) { Shared = shared };
    }

    private static ImmutableArray<PackedLayout?> Layouts(ScheduledNest nest, WeightPacking packing)
    {
        var layouts = new PackedLayout?[nest.Computation.Inputs.Length];
        foreach (var read in nest.Computation.Reads().Where(r => r.Buffer.Role == BufferRole.Weight))
        {
            var slot = nest.Computation.InputIndex(read.Buffer);
            var layout = packing.Layout(read);
            if (layouts[slot] is { } other && !other.Equals(layout))
                throw new RefusedException($"the weight {read.Buffer.Name} is read in two ways");
            layouts[slot] = layout;
        }
        // A weight nobody reads is passed all the same.
        for (var slot = 0; slot < layouts.Length; slot++)
            if (nest.Computation.Inputs[slot] is { Role: BufferRole.Weight } weight)
                layouts[slot] ??= new PackedLayout(weight.Extents, [.. weight.Extents.Select((e, d) => new PackedDimension(d, e, 1))]);
        return [.. layouts];
    }
}
