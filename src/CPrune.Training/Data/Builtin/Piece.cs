namespace CPrune.Training.Data.Builtin;

/// <summary>A colour in 0 to 1 a channel.</summary>
internal readonly record struct Colour(float Red, float Green, float Blue)
{
    public static Colour Random(ref SplitMix random) => new(random.Unit(), random.Unit(), random.Unit());

    public static Colour Mix(Colour a, Colour b, float share) =>
        new(a.Red + (share * (b.Red - a.Red)), a.Green + (share * (b.Green - a.Green)), a.Blue + (share * (b.Blue - a.Blue)));

    /// <summary>The largest difference of a channel.</summary>
    public static float Distance(Colour a, Colour b) =>
        MathF.Max(MathF.Abs(a.Red - b.Red), MathF.Max(MathF.Abs(a.Green - b.Green), MathF.Abs(a.Blue - b.Blue)));
}

/// <summary>One thing drawn into the picture: an outline at a place, in one colour or in stripes of two.</summary>
/// <param name="Cosine">Of the rotation; with <paramref name="Sine"/> of length 1.</param>
/// <param name="StripePeriod">In pixels; 0 for one colour.</param>
/// <param name="Flatness">Scale of the outline's y axis, 1 for an undistorted one.</param>
internal readonly record struct Piece(
    Silhouette Shape, float X, float Y, float Radius, float Cosine, float Sine, float Flatness, Colour Fill, Colour Stripe, float StripePeriod)
{
    /// <summary>Draws over what is there. Edges are smoothed with four samples a pixel.</summary>
    public void Draw(Canvas canvas)
    {
        var (left, right) = (Math.Max(0, (int)(X - Radius)), Math.Min(Canvas.Size - 1, (int)(X + Radius) + 1));
        var (top, bottom) = (Math.Max(0, (int)(Y - Radius)), Math.Min(Canvas.Size - 1, (int)(Y + Radius) + 1));
        for (var y = top; y <= bottom; y++)
            for (var x = left; x <= right; x++)
                DrawPixel(canvas, x, y);
    }

    private void DrawPixel(Canvas canvas, int x, int y)
    {
        var (fill, stripe) = (0, 0);
        for (var sample = 0; sample < 4; sample++)
        {
            var dx = x + 0.25f + (0.5f * (sample & 1)) - X;
            var dy = y + 0.25f + (0.5f * (sample >> 1)) - Y;
            var (u, v) = ((Cosine * dx) + (Sine * dy), (Cosine * dy) - (Sine * dx));
            if (!Shape.Contains(u / Radius, v / (Radius * Flatness))) continue;
            if (StripePeriod > 0 && IsStripe(u)) stripe++;
            else fill++;
        }

        var inside = fill + stripe;
        if (inside == 0) return;
        canvas[x, y] = Colour.Mix(canvas[x, y], Colour.Mix(Fill, Stripe, (float)stripe / inside), inside / 4f);
    }

    private bool IsStripe(float u)
    {
        var turn = (u / StripePeriod) + 64; // Positive, so that the cast rounds one way only.
        return turn - (int)turn < 0.5f;
    }
}
