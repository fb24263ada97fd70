using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Two axes: all before "axis" (1 where not given), and the rest.</summary>
internal sealed class Flatten() : ReshapeOperator("Flatten")
{
    protected override ImmutableArray<int> Target(OperatorCall call)
    {
        var shape = call.Shape(0);
        var given = call.Node.Int("axis", 1);
        var axis = given == shape.Length ? shape.Length : call.Axis(given, shape.Length);
        return [Graph.Shapes.Count(shape[..axis]), Graph.Shapes.Count(shape[axis..])];
    }
}
