using CPrune.Graph.Operators;

namespace CPrune.Graph.Rewrites;

/// <summary>A batch norm in inference form as <c>scale·x + shift</c> per channel, computed in double precision.</summary>
internal sealed record AffineNorm(float[] Scale, float[] Shift)
{
    /// <summary>Null where a parameter is not a constant of floats.</summary>
    public static AffineNorm? Of(ModelGraph graph, Node norm)
    {
        if (norm.Int("training_mode", 0) == 1) return null;
        if (Floats(graph, norm, 1) is not { } gamma || Floats(graph, norm, 2) is not { } beta) return null;
        if (Floats(graph, norm, 3) is not { } mean || Floats(graph, norm, 4) is not { } variance) return null;
        var epsilon = BatchNormAttributes.Epsilon(norm);
        var (scale, shift) = (new float[gamma.Count], new float[gamma.Count]);
        for (var c = 0; c < scale.Length; c++)
        {
            var factor = gamma.Floats[c] / Math.Sqrt((double)variance.Floats[c] + epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)(beta.Floats[c] - (mean.Floats[c] * factor));
        }

        return new AffineNorm(scale, shift);
    }

    private static Tensor? Floats(ModelGraph graph, Node norm, int input) =>
        graph.InitializerOrNull(norm.InputOrNull(input)) is { Type: ElementType.Float32 } parameter ? parameter : null;
}
