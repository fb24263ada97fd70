using CPrune.Graph;

namespace CPrune.Cli;

/// <summary>What a command sees of the process around it, so that a test can be that process.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Errors and notes.</param>
/// <param name="IsTerminal">Somebody is watching <paramref name="Out"/>: live progress and colours.</param>
/// <param name="Variable">Reads an environment variable.</param>
internal sealed record CliEnvironment(TextWriter Out, TextWriter Error, bool IsTerminal, Func<string, string?> Variable, TimeProvider Clock)
{
    public static CliEnvironment OfThisProcess() =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected, Environment.GetEnvironmentVariable, TimeProvider.System);

    public bool WantsStackTraces => Variable("CPRUNE_DEBUG") is { Length: > 0 } and not "0";

    /// <summary>Where records are kept over runs: <c>$XDG_CACHE_HOME/cprune</c>, or <c>~/.cache/cprune</c>.</summary>
    public string CacheFolder => UserCache.Folder(Variable);
}
