namespace CPrune.Compiler.Subgraphs.Algorithms;

/// <summary>How a model is computed where that is one decision for all of its layers.</summary>
public sealed record ModelVariant
{
    /// <summary>Channels last, kernel by kernel.</summary>
    public static ModelVariant Plain { get; } = new();

    /// <summary>Channels that lie together in images whose channels and readers allow it; 0: all of a pixel do (<see cref="Expressions.BufferSpec.Block"/>).</summary>
    public int Block { get; init; }

    /// <summary>Whether kernels run strip by strip where what they hand on would leave the cache (<see cref="Models.Chains.Chain"/>).</summary>
    public bool InChains { get; init; }

    /// <summary>For people.</summary>
    public override string ToString() => $"{(Block == 0 ? "channels last" : $"blocks of {Block} channels")}, {(InChains ? "in chains" : "kernel by kernel")}";
}
