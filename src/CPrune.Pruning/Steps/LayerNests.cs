using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;

namespace CPrune.Pruning.Steps;

/// <summary>The fastest programs of one layer.</summary>
/// <param name="Main">With the loops over filters and channels.</param>
/// <param name="Before">Of the kernels that prepare its input, as Winograd's first transform does; none where one kernel computes the layer.</param>
/// <param name="After">Of the kernels that finish its output.</param>
public sealed record LayerNests(ScheduledNest Main, ImmutableArray<ScheduledNest> Before, ImmutableArray<ScheduledNest> After)
{
    /// <returns>Null where there is no main program.</returns>
    public static LayerNests? Of(LayerTask layer, Func<TuningTask, ScheduledNest?> programOf)
    {
        if (layer.Main is not { } main || programOf(main) is not { } nest) return null;
        var at = layer.Kernels.IndexOf(main);
        return new LayerNests(nest, Nests(layer.Kernels[..at]), Nests(layer.Kernels[(at + 1)..]));

        ImmutableArray<ScheduledNest> Nests(ImmutableArray<TuningTask> kernels) => [.. kernels.Select(programOf).OfType<ScheduledNest>()];
    }
}
