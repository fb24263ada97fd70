using System.Text;
using CPrune.Graph;

namespace CPrune.Cli.Output;

/// <summary>Documents and pictures that a command writes where it is asked to.</summary>
internal static class TextFiles
{
    /// <summary>Writes the file and says so; nothing where there is no path.</summary>
    /// <exception cref="UserErrorException">Kind Output: the file cannot be written.</exception>
    public static void Write(this IOutput output, string? path, Func<string> text)
    {
        if (path is null) return;
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text()));
        output.Line($"Written: {path}");
    }
}
