namespace CPrune.Graph;

/// <summary>Where the user's files are kept that can be made again, and records over runs.</summary>
public static class UserCache
{
    /// <summary><c>$XDG_CACHE_HOME/cprune</c>, or <c>~/.cache/cprune</c>.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static string Folder(Func<string, string?> variable)
    {
        var cache = variable("XDG_CACHE_HOME") is { Length: > 0 } named
            ? named
            : Path.Combine(variable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "cprune");
    }
}
