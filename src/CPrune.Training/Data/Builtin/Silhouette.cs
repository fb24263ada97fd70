namespace CPrune.Training.Data.Builtin;

/// <summary>The outlines of the built-in classes.</summary>
internal enum Silhouette
{
    Disc,
    Square,
    Triangle,
    Cross,
    Ring,
    Star,
}

/// <summary>Which points are inside an outline of circumradius about 1 around the origin.</summary>
internal static class Silhouettes
{
    public static bool Contains(this Silhouette shape, float x, float y) => shape switch
    {
        Silhouette.Disc => (x * x) + (y * y) <= 0.81f,
        Silhouette.Square => MathF.Abs(x) <= 0.76f && MathF.Abs(y) <= 0.76f,
        Silhouette.Triangle => y >= -0.5f && (0.8660254f * MathF.Abs(x)) + (0.5f * y) <= 0.5f,
        Silhouette.Cross => (MathF.Abs(x) <= 0.32f && MathF.Abs(y) <= 0.95f) || (MathF.Abs(y) <= 0.32f && MathF.Abs(x) <= 0.95f),
        Silhouette.Ring => ((x * x) + (y * y)) is >= 0.25f and <= 0.9f,
        _ => InStar(x, y),
    };

    /// <summary>A pentagram: the points on the inner side of at least four of its five lines.</summary>
    private static bool InStar(float x, float y)
    {
        const float Line = 0.36f; // A little fatter than the true pentagram's 0.309, so that its points survive 32 pixels.
        var outside = 0;
        if (-y > Line) outside++;
        if ((0.9510565f * x) - (0.3090170f * y) > Line) outside++;
        if ((-0.9510565f * x) - (0.3090170f * y) > Line) outside++;
        if ((0.5877853f * x) + (0.8090170f * y) > Line) outside++;
        if ((-0.5877853f * x) + (0.8090170f * y) > Line) outside++;
        return outside <= 1 && (x * x) + (y * y) <= 1;
    }
}
