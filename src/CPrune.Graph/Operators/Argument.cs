using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>What is known of one input of a node: its shape, and its value where it is a constant (or has been computed).</summary>
public sealed record Argument(ImmutableArray<int> Shape, Tensor? Value = null)
{
    public static Argument Of(Tensor value) => new(value.Shape, value);
}
