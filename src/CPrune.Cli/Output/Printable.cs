namespace CPrune.Cli.Output;

/// <summary>
/// Text that is safe to show: names in a file may hold control characters, with which a terminal can be told to do anything. They are shown as
/// their numbers.
/// </summary>
internal static class Printable
{
    public static string Of(string text) => text.Any(IsHarmful) ? string.Concat(text.Select(c => IsHarmful(c) ? $"\\u{(int)c:x4}" : c.ToString())) : text;

    /// <summary>Control characters, and those that turn the direction of writing, by which text can look like another one.</summary>
    private static bool IsHarmful(char c) =>
        (char.IsControl(c) && c is not ('\n' or '\t')) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069';
}
