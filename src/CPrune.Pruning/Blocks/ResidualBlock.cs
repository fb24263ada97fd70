using System.Collections.Immutable;

namespace CPrune.Pruning.Blocks;

/// <summary>
/// A part of a model between a value and the addition of its shortcut, which can go as a whole: the addition's result then is the shortcut. A value; it
/// holds names, no weights, and serves every model of the same architecture.
/// </summary>
public sealed record ResidualBlock
{
    /// <summary>What the block is called: the node that adds the shortcut.</summary>
    public required string Name { get; init; }

    /// <summary>The sum: the value that becomes the shortcut.</summary>
    public required string Sum { get; init; }

    /// <summary>The value at which branch and shortcut part.</summary>
    public required string Entry { get; init; }

    /// <summary>The value that is added to the shortcut: what the block computes.</summary>
    public required string Branch { get; init; }

    /// <summary>The value that stays: <see cref="Entry"/> itself, or what a projection or a slice with padding makes of it.</summary>
    public required string Shortcut { get; init; }

    /// <summary>First outputs of the nodes that serve nothing but the branch and go with it, in graph order.</summary>
    public required ImmutableArray<string> Nodes { get; init; }

    /// <summary>Names of the convolution and dense nodes among them, in graph order: what the model loses in depth.</summary>
    public required ImmutableArray<string> Layers { get; init; }

    /// <summary>The block adds to its own input; otherwise its shortcut changes the shape and is computed.</summary>
    public bool HasIdentityShortcut => Shortcut == Entry;

    public override string ToString() => $"block {Name}: {string.Join(", ", Layers)}";
}
