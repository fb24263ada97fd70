using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs.Rearranging;

/// <summary>
/// What a chain of reshapes and transposes does to a value. Found by letting the chain rearrange the elements' own numbers, so it does not matter of which
/// operators and through which shapes it goes.
/// </summary>
/// <param name="Source">The value that is rearranged.</param>
/// <param name="Places">For each element of the result its place in the source, both in ONNX's order.</param>
internal sealed record Rearrangement(string Source, ActivationExtents From, ActivationExtents To, ImmutableArray<long> Places)
{
    /// <summary>The source's channel that each of the result's channels is; null where more happens than an exchange of channels.</summary>
    public ImmutableArray<int>? Channels
    {
        get
        {
            if (From != To) return null;
            var plane = From.Rows * From.Columns;
            var channels = ImmutableArray.CreateBuilder<int>(To.Channels);
            for (var c = 0; c < To.Channels; c++)
            {
                var first = Places[c * plane];
                for (var i = 0; i < plane; i++)
                    if (Places[c * plane + i] != first + i) return null;
                if (first % plane != 0) return null;
                channels.Add((int)(first / plane));
            }

            return channels.MoveToImmutable();
        }
    }

    /// <summary>Whether a node keeps its elements and may change their order or the shape.</summary>
    public static bool Knows(Node node) =>
        node.OpType is "Identity" or "Dropout" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Transpose";

    /// <summary>The shortest chain that makes <paramref name="value"/> of a value that is an image or a vector.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static Rearrangement Of(string value, LiveGraph graph)
    {
        var result = value;
        var chain = new Stack<Node>();
        do
        {
            if (graph.ProducerOf(value) is not { } node || !Knows(node)) break;
            chain.Push(node);
            value = node.Inputs[0];
        }
        while (graph.ExtentsOrNull(value) is null);

        var (from, to) = (graph.ExtentsOf(value, chain.Peek()), graph.ExtentsOf(result, chain.Last()));
        var shape = graph.ShapeOf(value);
        var numbers = Tensor.Of([.. Enumerable.Range(0, Shapes.Count(shape)).Select(i => (long)i)], shape);
        foreach (var node in chain)
        {
            var call = graph.CallOf(node);
            numbers = OperatorCatalog.Find(node).Evaluate(call with { Inputs = call.Inputs.SetItem(0, Argument.Of(numbers)) })[0];
        }

        return new Rearrangement(value, from, to, [.. numbers.Longs]);
    }
}
