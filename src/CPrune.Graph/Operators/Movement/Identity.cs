using System.Collections.Immutable;

namespace CPrune.Graph.Operators.Movement;

/// <summary>The input itself.</summary>
internal sealed class Identity() : ReshapeOperator("Identity")
{
    protected override ImmutableArray<int> Target(OperatorCall call) => call.Shape(0);
}
