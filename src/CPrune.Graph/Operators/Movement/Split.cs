using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>
/// Cuts a tensor along an axis: into the sizes given (an attribute before operator set 13, an input since), or into equal parts, of
/// which the last may be smaller.
/// </summary>
internal sealed class Split : IOperator
{
    public string OpType => "Split";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var axis = call.Axis(call.Node.Int("axis", 0), call.Shape(0).Length);
        return [.. Sizes(call, call.Shape(0)[axis]).Select(size => call.Shape(0).SetItem(axis, size))];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var axis = call.Axis(call.Node.Int("axis", 0), call.Shape(0).Length);
        var strides = Graph.Shapes.Strides(call.Shape(0));
        var start = 0;
        var parts = ImmutableArray.CreateBuilder<Tensor>();
        foreach (var shape in Shapes(call))
        {
            parts.Add(Strided.Pick(call.Value(0), shape, Strided.Offsets(shape, strides.AsSpan(), start * strides[axis])));
            start += shape[axis];
        }

        return parts.ToImmutable();
    }

    private static int[] Sizes(OperatorCall call, int extent)
    {
        var parts = call.Node.Outputs.Length;
        var size = (extent + parts - 1) / parts;
        int[] sizes = call.AttributeOrInput("split", 1) is { } given
            ? [.. given.Select(s => (int)s)]
            : [.. Enumerable.Range(0, parts).Select(i => Math.Clamp(extent - (i * size), 0, size))];
        return sizes.Sum() == extent && sizes.Length == parts
            ? sizes
            : throw call.Error($"cannot cut {extent} elements into [{string.Join(',', sizes)}]; export the model again");
    }
}
