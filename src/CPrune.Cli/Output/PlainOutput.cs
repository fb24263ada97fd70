using CPrune.Graph;

namespace CPrune.Cli.Output;

/// <summary>For log files and pipes: whole lines, no colours, progress at most every few seconds.</summary>
internal sealed class PlainOutput(TextWriter writer, TimeProvider clock) : IOutput
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();

    public void Line(string text = "", Tone tone = Tone.Plain)
    {
        lock (_lock)
        {
            writer.WriteLine(Printable.Of(text));
            writer.Flush();
        }
    }

    public void Table(TextTable table)
    {
        foreach (var line in table.Lines()) Line(line);
    }

    public void Event(string name, object fields)
    {
    }

    public async Task<T> WithProgressAsync<T>(string title, Func<IProgress<WorkProgress>, Task<T>> work)
    {
        Line($"{title}…");
        var throttle = new Throttle(clock, Pause);
        return await work(new Relay<WorkProgress>(p =>
        {
            if (throttle.Elapsed()) Line($"  {(p.Title is null ? "" : $"{p.Title}: ")}{p.Fraction:0%}, {p.Detail}");
        }));
    }
}
