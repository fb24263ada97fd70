using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Joins tensors along an axis.</summary>
internal sealed class Concat : IOperator
{
    public string OpType => "Concat";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call)
    {
        var first = call.Shape(0);
        var axis = call.Axis(call.Node.Int("axis", 1), first.Length);
        var joined = 0;
        for (var i = 0; i < call.Inputs.Length; i++)
        {
            var shape = call.Shape(i);
            if (shape.Length != first.Length || !shape.SetItem(axis, 0).SequenceEqual(first.SetItem(axis, 0)))
                throw call.Error($"cannot join {Graph.Shapes.Text(first)} and {Graph.Shapes.Text(shape)} on axis {axis}; export the model again");
            joined += shape[axis];
        }

        return [first.SetItem(axis, joined)];
    }

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var shape = Shapes(call)[0];
        var axis = call.Axis(call.Node.Int("axis", 1), shape.Length);
        var parts = Enumerable.Range(0, call.Inputs.Length).Select(call.Value).ToArray();
        if (parts.Any(p => p.Type != parts[0].Type)) throw call.Error("joins tensors of different types; export the model again");
        return [parts[0].Type switch
        {
            ElementType.Float32 => Tensor.Of(Join(parts, t => t.Floats, axis, shape), shape),
            ElementType.Int64 => Tensor.Of(Join(parts, t => t.Longs, axis, shape), shape),
            _ => Tensor.OfRaw(parts[0].Type, Join(parts, t => t.Raw, axis, shape), shape),
        }];
    }

    private delegate ReadOnlySpan<T> Elements<T>(Tensor tensor);

    private static T[] Join<T>(Tensor[] parts, Elements<T> elements, int axis, ImmutableArray<int> shape)
    {
        var joined = new List<T>();
        for (var outer = 0; outer < Graph.Shapes.Count(shape[..axis]); outer++)
        {
            foreach (var part in parts)
            {
                var all = elements(part);
                var block = all.Length / Graph.Shapes.Count(shape[..axis]);
                joined.AddRange(all.Slice(outer * block, block));
            }
        }

        return [.. joined];
    }
}
