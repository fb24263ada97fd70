namespace CPrune.Graph.Operators;

/// <summary>Attributes of a <c>BatchNormalization</c> with ONNX's defaults.</summary>
public static class BatchNormAttributes
{
    /// <summary>What is added to variances before their root is taken.</summary>
    public static float Epsilon(Node norm) => norm.Float("epsilon", 1e-5f);
}
