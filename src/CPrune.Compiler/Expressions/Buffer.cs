using System.Collections.Immutable;

namespace CPrune.Compiler.Expressions;

public enum BufferRole
{
    /// <summary>Read, in the layout its producer wrote: rows, columns, channels (channels contiguous).</summary>
    Activation,

    /// <summary>A constant whose layout the schedule chooses; packed when the model is compiled.</summary>
    Weight,

    /// <summary>Written once per element.</summary>
    Output,
}

/// <summary>A named multi-dimensional array of float32. Extents of a weight are logical (filters, channels, rows, columns).</summary>
public sealed record BufferSpec(string Name, BufferRole Role, ImmutableArray<int> Extents)
{
    public override string ToString() => $"{Name}[{string.Join(',', Extents)}]";
}
