using System.Text.RegularExpressions;

namespace CPrune.Architecture.Tests;

/// <summary>Rules about what the sources say.</summary>
public partial class SourceTests
{
    private const int LongestFile = 450;

    [Fact]
    public void Only_the_command_line_and_the_worker_write_to_the_console() =>
        Nothing.In(UsesOutside(ConsoleUse(), "CPrune.Cli", "CPrune.Worker"));

    [Fact]
    public void Nobody_reads_the_wall_clock() => Nothing.In(UsesOutside(WallClock()));

    [Fact]
    public void Nobody_uses_randomness_without_a_seed() => Nothing.In(UsesOutside(UnseededRandom()));

    /// <summary>Time is measured where latency is the subject; everyone else is handed a <see cref="TimeProvider"/>.</summary>
    [Fact]
    public void Stopwatches_run_only_where_latency_is_measured() =>
        Nothing.In(UsesOutside(StopwatchUse(), "CPrune.Devices", "CPrune.Worker", "CPrune.Cli"));

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold() =>
        Nothing.In(Repository.Sources("src").Concat(Repository.Sources("tests"))
            .Select(f => (File: Path.GetRelativePath(Repository.Root, f), Lines: File.ReadLines(f).Count()))
            .Where(f => f.Lines > LongestFile).Select(f => $"{f.File}: {f.Lines} lines"));

    [Fact]
    public void Nothing_is_left_unimplemented() => Nothing.In(UsesOutside(NotImplemented()));

    private static IEnumerable<string> UsesOutside(Regex pattern, params string[] rooms) =>
        Repository.Rooms.Except(rooms).SelectMany(r => Repository.Sources($"src/{r}")).SelectMany(f => Repository.Uses(f, pattern));

    [GeneratedRegex(@"\b(Ansi)?Console\.|using Spectre\.Console")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\bRandom\.Shared\b|\bnew Random\(\)|\bGuid\.NewGuid\b|\bRandom \w+ = new\(\)")]
    private static partial Regex UnseededRandom();

    [GeneratedRegex(@"\bStopwatch\b")]
    private static partial Regex StopwatchUse();

    [GeneratedRegex(@"\bNotImplementedException\b")]
    private static partial Regex NotImplemented();
}
