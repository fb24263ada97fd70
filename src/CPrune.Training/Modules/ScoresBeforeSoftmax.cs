using CPrune.Graph;

namespace CPrune.Training.Modules;

/// <summary>Models that end in a softmax: a cross entropy over probabilities would train them wrongly.</summary>
internal static class ScoresBeforeSoftmax
{
    /// <summary>The softmax behind which nothing but reshaping follows; null if the output are scores already.</summary>
    public static Node? FindSoftmax(ModelGraph graph)
    {
        var producers = graph.Producers();
        var node = producers.GetValueOrDefault(graph.Output.Name);
        while (node is { OpType: "Identity" or "Reshape" or "Flatten" or "Squeeze" or "Dropout" }) node = producers.GetValueOrDefault(node.Inputs[0]);
        return node is { OpType: "Softmax" or "LogSoftmax" } ? node : null;
    }
}
