using System.Collections.Immutable;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Llvm;

/// <summary>What an accumulator of a register tile holds.</summary>
/// <param name="Points">Values of the tile's variables: one point, or those that share the accumulator.</param>
/// <param name="Group">How they share it; null for one point.</param>
/// <param name="Weights">The turn of the loop over vectors in which packed weights have the accumulator's lanes; null for the point's own.</param>
internal sealed record AccumulatorSlot(ImmutableArray<ImmutableArray<int>> Points, LaneGroup? Group = null, (string Loop, int Turn)? Weights = null);
