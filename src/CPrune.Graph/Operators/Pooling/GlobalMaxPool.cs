namespace CPrune.Graph.Operators.Pooling;

/// <summary>Maximum over the whole image.</summary>
internal sealed class GlobalMaxPool() : MaxPoolOperator("GlobalMaxPool");
