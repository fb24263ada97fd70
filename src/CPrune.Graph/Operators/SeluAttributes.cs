namespace CPrune.Graph.Operators;

/// <summary>Attributes of a <c>Selu</c> with ONNX's defaults (Klambauer et al., "Self-Normalizing Neural Networks", NIPS 2017).</summary>
public static class SeluAttributes
{
    public static float Alpha(Node node) => node.Float("alpha", 1.67326319217681884765625f);

    public static float Gamma(Node node) => node.Float("gamma", 1.05070102214813232421875f);
}
