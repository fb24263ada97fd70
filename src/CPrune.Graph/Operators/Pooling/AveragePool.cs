namespace CPrune.Graph.Operators.Pooling;

/// <summary>Mean over a sliding window.</summary>
internal sealed class AveragePool() : AveragePoolOperator("AveragePool");
