namespace CPrune.Graph.Rewrites;

/// <summary>
/// The rewrites before compilation and evaluation: constants folded, batch norm folded into the convolution or dense layer before it, identities and
/// dropout removed. Convolution nodes keep their names, so that a compiled subgraph can be traced to the layer it came from.
/// Training and what it hands on never go through here; an evaluation may.
/// </summary>
public static class InferenceRewrites
{
    private static readonly Func<ModelGraph, ModelGraph>[] s_before = [RemoveUnused.Apply, NameNodes.Apply, RemoveIdentities.Apply];

    private static readonly Func<ModelGraph, ModelGraph>[] s_after = [FoldBatchNorm.Apply, ExpandBatchNorm.Apply, RemoveUnused.Apply];

    /// <summary>For the batch size of one that is compiled.</summary>
    public static ModelGraph Apply(ModelGraph graph) => Apply(graph, FoldConstants.ForOneImage);

    /// <summary>The same, but what depends on the size of the batch stays as it is.</summary>
    public static ModelGraph ForAnyBatch(ModelGraph graph) => Apply(graph, FoldConstants.ForAnyBatch);

    private static ModelGraph Apply(ModelGraph graph, Func<ModelGraph, ModelGraph> foldConstants) =>
        s_before.Append(foldConstants).Concat(s_after).Aggregate(graph, (g, rewrite) => rewrite(g));
}
