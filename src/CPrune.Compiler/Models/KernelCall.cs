using System.Collections.Immutable;
using CPrune.Compiler.Models.Chains;

namespace CPrune.Compiler.Models;

/// <summary>One call of a kernel in a model.</summary>
/// <param name="Symbol">The kernel's function.</param>
/// <param name="Turns">Turns of its parallel loop; 1 where its schedule has none.</param>
/// <param name="Arguments">Its buffers: offsets into the workspace, or with the lowest bit set into the weights.</param>
/// <param name="Description">For people.</param>
internal sealed record KernelCall(string Symbol, int Turns, ImmutableArray<long> Arguments, string Description);

/// <summary>What a model calls in one go: one kernel, or the members of a chain strip by strip.</summary>
/// <param name="Strips">By strip, then by member, the turns to do; empty for one kernel.</param>
/// <param name="Parts">Into how many parts a chain's strips are shared out among threads.</param>
internal sealed record ModelCall(ImmutableArray<KernelCall> Members, ImmutableArray<ImmutableArray<TurnRange>> Strips, int Parts)
{
    public static ModelCall Of(KernelCall kernel) => new([kernel], [], 0);

    public bool IsChain => !Strips.IsEmpty;

    public string Description => string.Join(" → ", Members.Select(m => m.Description));
}
