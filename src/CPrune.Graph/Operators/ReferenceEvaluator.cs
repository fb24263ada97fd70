namespace CPrune.Graph.Operators;

/// <summary>Runs a graph operator by operator in plain loops: slow, obvious, and the reference for everything else.</summary>
public static class ReferenceEvaluator
{
    /// <summary>Every value of the graph for <paramref name="input"/> (NCHW), by name.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: an unknown operator, or an input that does not fit.</exception>
    public static IReadOnlyDictionary<string, Tensor> RunAll(ModelGraph graph, Tensor input)
    {
        CheckFit(graph.Input, input);
        var known = graph.Initializers.ToDictionary(i => i.Key, i => Argument.Of(i.Value), StringComparer.Ordinal);
        known[graph.Input.Name] = Argument.Of(input);
        foreach (var node in graph.Nodes)
        {
            var outputs = OperatorCatalog.Find(node).Evaluate(OperatorCall.Of(node, graph.Opset, known));
            foreach (var (name, output) in node.Outputs.Zip(outputs))
                if (name.Length > 0) known[name] = Argument.Of(output);
        }

        return known.ToDictionary(v => v.Key, v => v.Value.Value!, StringComparer.Ordinal);
    }

    /// <summary>The first output only.</summary>
    public static Tensor Run(ModelGraph graph, Tensor input) => RunAll(graph, input)[graph.Output.Name];

    private static void CheckFit(ValueInfo expected, Tensor given)
    {
        if (!expected.HasShape) return;
        var fits = expected.Shape.Length == given.Shape.Length
            && expected.Shape.Zip(given.Shape).All(pair => pair.First.Value is null || pair.First.Value == pair.Second);
        if (!fits)
        {
            throw new UserErrorException(
                UserErrorKind.Model,
                $"the model's input '{expected.Name}' is [{string.Join(',', expected.Shape)}], the data is {Shapes.Text(given.Shape)}; give data of the model's shape");
        }
    }
}
