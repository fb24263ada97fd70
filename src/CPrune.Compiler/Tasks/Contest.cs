using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;

namespace CPrune.Compiler.Tasks;

/// <summary>One way of computing a layer.</summary>
/// <param name="Tasks">Keys of the tasks of its kernels, in the order in which they run.</param>
public sealed record Alternative(Algorithm Algorithm, ImmutableArray<string> Tasks);

/// <summary>Layers that can be computed in the same ways, of which the fastest wins.</summary>
/// <param name="Layers">Anchors, in graph order.</param>
/// <param name="Alternatives">The direct one first.</param>
public sealed record Contest(ImmutableArray<string> Layers, ImmutableArray<Alternative> Alternatives)
{
    /// <summary>The alternative whose kernels take the least time together; the first of equal ones. Null where none is measured completely.</summary>
    /// <param name="seconds">Of one call of a task; null where it is not measured.</param>
    public Alternative? Fastest(Func<string, double?> seconds)
    {
        var measured = Alternatives.Where(a => a.Tasks.All(t => seconds(t) is not null));
        return measured.MinBy(a => a.Tasks.Sum(t => seconds(t)!.Value));
    }
}
