using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Inserts axes of extent 1 where the result shall have them (an attribute before operator set 13, an input since).</summary>
internal sealed class Unsqueeze() : ReshapeOperator("Unsqueeze")
{
    protected override ImmutableArray<int> Target(OperatorCall call)
    {
        var shape = call.Shape(0);
        var axes = call.AttributeOrInput("axes", 1) ?? throw call.Error("has no axes; export the model again");
        var rank = shape.Length + axes.Length;
        var inserted = axes.Select(axis => call.Axis(axis, rank)).ToHashSet();
        if (inserted.Count < axes.Length) throw call.Error("names an axis twice; export the model again");
        var next = 0;
        return [.. Enumerable.Range(0, rank).Select(axis => inserted.Contains(axis) ? 1 : shape[next++])];
    }
}
