using System.Collections.Immutable;
using CPrune.Pruning.Staircases;
using Google.OrTools.Sat;

namespace CPrune.Pruning.Knapsack;

/// <summary>One of several literals is true.</summary>
internal sealed record Choice(int Number, ImmutableArray<BoolVar> Options);

/// <summary>The level of a group as a choice.</summary>
/// <param name="Levels">What each option means; null for going with the block.</param>
internal sealed record GroupChoice(GroupLadder Ladder, Choice Choice, ImmutableArray<int?> Levels);

/// <summary>The length of a layer's axis as a choice.</summary>
/// <param name="Channels">What each option means; null where the whole axis is gone.</param>
internal sealed record AxisChoice(Choice Choice, ImmutableArray<int?> Channels);
