namespace CPrune.Graph.Rewrites;

/// <summary>
/// The rewrites before compilation and evaluation: constants folded, batch norm folded into the convolution or dense layer before it, identities and
/// dropout removed. Convolution nodes keep their names, so that a compiled subgraph can be traced to the layer it came from.
/// Training and what it hands on never go through here; an evaluation may.
/// </summary>
public static class InferenceRewrites
{
    private static readonly Func<ModelGraph, ModelGraph>[] s_rewrites =
    [
        NameNodes.Apply,
        RemoveIdentities.Apply,
        FoldConstants.Apply,
        FoldBatchNorm.Apply,
        ExpandBatchNorm.Apply,
        RemoveUnused.Apply,
    ];

    public static ModelGraph Apply(ModelGraph graph) => s_rewrites.Aggregate(graph, (g, rewrite) => rewrite(g));
}
