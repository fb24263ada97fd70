namespace CPrune.Cli.Reference;

/// <summary>An image for timing: its values do not matter, but are the same for every runtime and neither constant nor denormal.</summary>
internal static class PatternImage
{
    public static float[] Of(long length)
    {
        var pixels = new float[length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (i * 37 % 101 / 50f) - 1f;
        return pixels;
    }
}
