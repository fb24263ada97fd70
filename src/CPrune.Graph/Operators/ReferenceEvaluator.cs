namespace CPrune.Graph.Operators;

/// <summary>Runs a graph operator by operator in plain loops: slow, obvious, and the reference for everything else.</summary>
public static class ReferenceEvaluator
{
    /// <summary>Every value of the graph for <paramref name="input"/> (NCHW), by name.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: an unknown operator, or an input that does not fit.</exception>
    public static IReadOnlyDictionary<string, Tensor> RunAll(ModelGraph graph, Tensor input) => throw new NotImplementedException();

    /// <summary>The first output only.</summary>
    public static Tensor Run(ModelGraph graph, Tensor input) => RunAll(graph, input)[graph.Output.Name];
}
