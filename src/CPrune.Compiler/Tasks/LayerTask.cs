using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;

namespace CPrune.Compiler.Tasks;

/// <summary>
/// Equal layers: what the method calls a task and has a row in table C, be it computed by one kernel or by several. Copies that layers need stand for
/// themselves.
/// </summary>
/// <param name="Label">For people, for example <c>conv 3x3/1 64→64 @8x8 winograd4 +relu</c>.</param>
/// <param name="Layers">Anchors, in graph order.</param>
/// <param name="Kernels">The tasks that compute each of them, in the order in which they run.</param>
/// <param name="Main">The one of the kernels that has the loops over filters and channels; null for copies.</param>
public sealed record LayerTask(string Label, ImmutableArray<string> Layers, ImmutableArray<TuningTask> Kernels, TuningTask? Main)
{
    public int Multiplicity => Layers.Length;

    /// <summary>Multiply-accumulates of one layer, those of the direct sum.</summary>
    public long Macs => Main?.Subgraphs[0].Macs ?? 0;

    /// <summary>Time of one layer: that of its kernels.</summary>
    public double Seconds(Func<TuningTask, double> secondsOf) => Kernels.Sum(secondsOf);

    /// <summary>The layers of a model, equal ones together, in the order in which they first occur.</summary>
    public static ImmutableArray<LayerTask> Of(ModelPlan plan)
    {
        var taskOf = new Dictionary<Subgraph, TuningTask>(ReferenceEqualityComparer.Instance);
        foreach (var task in plan.Tasks)
            foreach (var subgraph in task.Subgraphs) taskOf.Add(subgraph, task);
        var layers = plan.Subgraphs.GroupBy(s => s.IsCopy ? s.Name : s.Anchor).Select(g => g.ToList());
        return
        [
            .. layers.GroupBy(kernels => string.Join('\n', kernels.Select(k => taskOf[k].Key)), StringComparer.Ordinal).Select(equal => new LayerTask(
                equal.First()[^1].Layer,
                [.. equal.Select(kernels => kernels[0].Anchor)],
                [.. equal.First().Select(k => taskOf[k])],
                equal.First().Find(k => k.IsMain) is { } main ? taskOf[main] : null)),
        ];
    }
}
