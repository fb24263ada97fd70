namespace CPrune.Cli.Output;

internal enum Tone
{
    Plain,
    Good,
    Bad,
    Faint,
    Heading,
}

/// <summary>Where a piece of work stands.</summary>
/// <param name="Fraction">From 0 to 1.</param>
/// <param name="Detail">What is being done right now.</param>
/// <param name="Title">A new title where the work has moved on to another part; null to keep the one it began with.</param>
internal sealed record WorkProgress(double Fraction, string Detail, string? Title = null);

/// <summary>
/// What a command tells while it works and when it ends. Three kinds of reader: somebody at a terminal, a log file, and a program (<c>--json</c>).
/// </summary>
internal interface IOutput
{
    /// <summary>A line for people; a program does not get it.</summary>
    void Line(string text = "", Tone tone = Tone.Plain);

    /// <summary>A table for people; a program does not get it.</summary>
    void Table(TextTable table);

    /// <summary>An object for programs, named by its field <c>event</c>; people do not get it.</summary>
    void Event(string name, object fields);

    /// <summary>Does a piece of work with its progress shown.</summary>
    Task<T> WithProgressAsync<T>(string title, Func<IProgress<WorkProgress>, Task<T>> work);
}
