namespace CPrune.Graph.Operators.Pooling;

/// <summary>Maximum over a sliding window.</summary>
internal sealed class MaxPool() : MaxPoolOperator("MaxPool");
