using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Removes axes of extent 1: those given (an attribute before operator set 13, an input since), or all.</summary>
internal sealed class Squeeze() : ReshapeOperator("Squeeze")
{
    protected override ImmutableArray<int> Target(OperatorCall call)
    {
        var shape = call.Shape(0);
        var axes = call.AttributeOrInput("axes", 1);
        var removed = axes is null
            ? Enumerable.Range(0, shape.Length).Where(axis => shape[axis] == 1).ToHashSet()
            : axes.Value.Select(axis => call.Axis(axis, shape.Length)).ToHashSet();
        return [.. shape.Where((_, axis) => !removed.Contains(axis))];
    }
}
