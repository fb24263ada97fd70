using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Surgery;

/// <summary>A filter that makes no difference.</summary>
/// <param name="Layer">The convolution or dense node.</param>
/// <param name="Filter">Its number in the model that was given.</param>
/// <param name="Reason">Why it can go, for example <c>it is always zero</c>.</param>
public sealed record DeadFilter(string Layer, int Filter, string Reason);

/// <summary>A model without its dead filters, and these in the order of the model's layers; the model itself where there are none.</summary>
public sealed record DeadFilterRemoval(ModelGraph Graph, ImmutableArray<DeadFilter> Removed);
