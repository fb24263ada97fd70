using System.Collections.Immutable;

namespace CPrune.Compiler.Expressions;

public enum Reducer
{
    /// <summary>No reduction axis: the term is the value.</summary>
    None,
    Sum,
    Max,
}

/// <summary>
/// What a task computes, and nothing about how (Halide's separation): for every point of the spatial axes,
/// <c>output[indices] = epilogue(reduce over the reduction axes of term)</c>. The last output index runs along <see cref="LaneAxis"/>. Points
/// whose indices leave the output are not computed: tiles may overrun its last rows and columns.
/// </summary>
public sealed record Computation
{
    public required ImmutableArray<Axis> Axes { get; init; }

    /// <summary>Buffers read by <see cref="Term"/> and <see cref="Epilogue"/>, in the order of the kernel's arguments.</summary>
    public required ImmutableArray<BufferSpec> Inputs { get; init; }

    public required BufferSpec Output { get; init; }

    public required ImmutableArray<AffineIndex> OutputIndices { get; init; }

    public required Reducer Reducer { get; init; }

    public required Expr Term { get; init; }

    public required Expr Epilogue { get; init; }

    /// <summary>The spatial axis that is contiguous in the output: the one vectors run along (<c>oc</c> or <c>c</c>).</summary>
    public required string LaneAxis { get; init; }

    /// <summary>Whether elements are only moved, from where they lie side by side to where they do so again.</summary>
    public bool IsCopy => Reducer == Reducer.None && Term is Expr.Read read && Epilogue is Expr.Accumulator
        && read.Indices[^1].CoefficientOf(LaneAxis) == 1 && OutputIndices[^1].CoefficientOf(LaneAxis) == 1;

    public Axis this[string name] => Axes.First(a => a.Name == name);

    public bool Has(string name) => Axes.Any(a => a.Name == name);

    /// <summary>Bytes of all weights, not packed.</summary>
    public long WeightBytes => Inputs.Where(b => b.Role == BufferRole.Weight).Sum(b => b.Extents.Aggregate((long)sizeof(float), (n, e) => n * e));

    /// <summary>
    /// The exact workload as canonical text: equal text means equal code for equal schedules. Buffers are numbered, not named, so that
    /// equal subgraphs of different layers share one task. Records are keyed by it.
    /// </summary>
    public string Key => new ComputationText(this).Write();
}
