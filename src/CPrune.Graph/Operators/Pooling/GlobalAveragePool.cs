namespace CPrune.Graph.Operators.Pooling;

/// <summary>Mean over the whole image.</summary>
internal sealed class GlobalAveragePool() : AveragePoolOperator("GlobalAveragePool");
