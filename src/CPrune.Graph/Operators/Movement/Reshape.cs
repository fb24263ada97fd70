using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>A new shape from a constant input: 0 copies the input's extent (unless allowzero), a single -1 takes what is left.</summary>
internal sealed class Reshape() : ReshapeOperator("Reshape")
{
    protected override ImmutableArray<int> Target(OperatorCall call)
    {
        var from = call.Shape(0);
        var allowZero = call.Node.Int("allowzero", 0) != 0;
        var to = call.Longs(1).ToArray();
        for (var axis = 0; axis < to.Length; axis++)
        {
            if (to[axis] == 0 && !allowZero)
                to[axis] = axis < from.Length ? from[axis] : throw call.Error($"copies axis {axis} of {Graph.Shapes.Text(from)}; export the model again");
        }

        if (to.Count(extent => extent == -1) > 1 || to.Any(extent => extent < -1))
            throw call.Error($"asks for the impossible shape [{string.Join(',', to)}]; export the model again");
        var rest = to.Where(extent => extent != -1).Aggregate(1L, (a, b) => a * b);
        return [.. to.Select(extent => (int)(extent != -1 ? extent : rest == 0 ? 0 : Graph.Shapes.Count(from) / rest))];
    }
}
