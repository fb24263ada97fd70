namespace CPrune.Training.Data.Builtin;

/// <summary>
/// One picture: an uneven background, clutter, the thing that the label names, something in front of it, blur and noise. The label is its outline and whether it is
/// plain or striped; place, size, rotation, distortion, colours and everything else say nothing about it.
/// </summary>
internal static class Scene
{
    public const int Classes = 12;

    public static string ClassName(int label) => $"{(IsStriped(label) ? "striped" : "plain")} {ShapeOf(label).ToString().ToLowerInvariant()}";

    /// <param name="canvas">Work space; its content does not matter.</param>
    /// <param name="destination">3 × 32 × 32 bytes.</param>
    public static void Draw(int label, SplitMix random, Canvas canvas, Span<byte> destination)
    {
        var ground = Colour.Random(ref random);
        DrawGround(canvas, ground, ref random);
        for (var i = 1 + random.Below(3); i > 0; i--) Clutter(ref random).Draw(canvas);
        Target(label, ground, ref random).Draw(canvas);
        if (random.Chance(0.5f)) Occluder(ref random).Draw(canvas);
        canvas.Blur(random.Between(0f, 0.6f));
        canvas.Write(ref random, random.Between(0.01f, 0.08f), destination);
    }

    private static Silhouette ShapeOf(int label) => (Silhouette)(label / 2);

    private static bool IsStriped(int label) => label % 2 == 1;

    /// <summary>A colour with a slope and bumps: random values on a 5 × 5 lattice, interpolated.</summary>
    private static void DrawGround(Canvas canvas, Colour ground, ref SplitMix random)
    {
        const int Cell = 8;
        Span<Colour> lattice = stackalloc Colour[25];
        foreach (ref var point in lattice) point = Colour.Mix(ground, Colour.Random(ref random), 0.25f);
        for (var y = 0; y < Canvas.Size; y++)
        {
            for (var x = 0; x < Canvas.Size; x++)
            {
                var (column, row) = (x / Cell, y / Cell);
                var (right, down) = ((x % Cell) / (float)Cell, (y % Cell) / (float)Cell);
                var above = Colour.Mix(lattice[(row * 5) + column], lattice[(row * 5) + column + 1], right);
                var below = Colour.Mix(lattice[(row * 5) + column + 5], lattice[(row * 5) + column + 6], right);
                canvas[x, y] = Colour.Mix(above, below, down);
            }
        }
    }

    private static Piece Target(int label, Colour ground, ref SplitMix random)
    {
        var radius = random.Between(7f, 13f);
        var fill = Unlike(ground, 0.33f, ref random);
        return Place(ShapeOf(label), radius, random.Between(radius, Canvas.Size - radius), random.Between(radius, Canvas.Size - radius), ref random) with
        {
            Fill = fill,
            Stripe = Unlike(fill, 0.33f, ref random),
            StripePeriod = IsStriped(label) ? random.Between(3.5f, 5.5f) : 0,
        };
    }

    private static Piece Clutter(ref SplitMix random)
    {
        var piece = Place((Silhouette)random.Below(6), random.Between(1.5f, 3f), random.Between(0, Canvas.Size), random.Between(0, Canvas.Size), ref random);
        return piece with { Fill = Colour.Random(ref random), Stripe = Colour.Random(ref random), StripePeriod = random.Chance(0.5f) ? random.Between(2f, 4f) : 0 };
    }

    private static Piece Occluder(ref SplitMix random)
    {
        var piece = Place((Silhouette)random.Below(3), random.Between(2.5f, 5.5f), random.Between(8, 24), random.Between(8, 24), ref random);
        return piece with { Fill = Colour.Random(ref random) };
    }

    private static Piece Place(Silhouette shape, float radius, float x, float y, ref SplitMix random)
    {
        // (1 − t²)/(1 + t²), 2t/(1 + t²) is a unit vector without a library's sine, which may differ between machines.
        var t = random.Between(-1f, 1f);
        var (cosine, sine) = ((1 - (t * t)) / (1 + (t * t)), 2 * t / (1 + (t * t)));
        if (random.Chance(0.5f)) (cosine, sine) = (-cosine, -sine);
        return new(shape, x, y, radius, cosine, sine, random.Between(0.8f, 1f), default, default, 0);
    }

    /// <summary>A random colour that differs from another in some channel by at least <paramref name="distance"/>.</summary>
    private static Colour Unlike(Colour other, float distance, ref SplitMix random)
    {
        var colour = Colour.Random(ref random);
        while (Colour.Distance(colour, other) < distance) colour = Colour.Random(ref random);
        return colour;
    }
}
