using System.Collections.Immutable;

namespace CPrune.Compiler.Subgraphs.Algorithms;

/// <summary>How a model is computed, wherever there is a choice. Equal by content.</summary>
/// <param name="ByNode">
/// Convolutions that are not computed directly, by the node's name; a node without an entry, or that its algorithm does not fit, is computed directly.
/// </param>
public sealed record AlgorithmChoices(ImmutableSortedDictionary<string, Algorithm> ByNode)
{
    /// <summary>In one order, wherever they come from.</summary>
    public ImmutableSortedDictionary<string, Algorithm> ByNode { get; } = ByNode.WithComparers(StringComparer.Ordinal);

    /// <summary>What holds for the model as a whole; journals from before there was a choice have none.</summary>
    public ModelVariant Variant { get; init; } = ModelVariant.Plain;

    public static AlgorithmChoices AllDirect { get; } = new(ImmutableSortedDictionary.Create<string, Algorithm>(StringComparer.Ordinal));

    /// <summary>These choices; direct ones need no entry.</summary>
    public static AlgorithmChoices Of(IEnumerable<KeyValuePair<string, Algorithm>> choices) =>
        new(choices.Where(c => c.Value != Algorithm.Direct).ToImmutableSortedDictionary(StringComparer.Ordinal));

    public Algorithm Of(string node) => ByNode.GetValueOrDefault(node, Algorithm.Direct);

    public bool Equals(AlgorithmChoices? other) => other is not null && Variant == other.Variant && ByNode.SequenceEqual(other.ByNode);

    public override int GetHashCode() => ByNode.Aggregate(Variant.GetHashCode(), (hash, choice) => HashCode.Combine(hash, choice.Key, choice.Value));
}
