namespace CPrune.Graph.Operators;

/// <summary>Attributes and numbers of a <c>Gelu</c> (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016).</summary>
public static class GeluAttributes
{
    /// <summary>Factor of x³ in the approximation by tanh.</summary>
    public const float Cubic = 0.044715f;

    public static bool IsByTanh(Node node) => node.Text("approximate", "none") == "tanh";
}
