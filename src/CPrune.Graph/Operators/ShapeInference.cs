using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>Shapes of every value of a graph for one batch size.</summary>
public static class ShapeInference
{
    /// <summary>
    /// Infers the shape of every value. A symbolic first extent of the input becomes <paramref name="batch"/>; constant
    /// subexpressions (shapes, slices' starts) are evaluated on the way.
    /// </summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: an unknown operator (named with its node), or shapes that do not fit.</exception>
    public static IReadOnlyDictionary<string, ImmutableArray<int>> Infer(ModelGraph graph, int batch = 1) =>
        KnownValues.Of(graph, batch).Shapes;
}
