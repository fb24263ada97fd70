using System.Text.Json;
using System.Text.Json.Nodes;
using CPrune.Graph;
using CPrune.Reporting.Results;

namespace CPrune.Cli.Output;

/// <summary>For programs: one JSON object a line, each with its name in <c>event</c>.</summary>
internal sealed class JsonOutput(TextWriter writer, TimeProvider clock) : IOutput
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    public void Line(string text = "", Tone tone = Tone.Plain)
    {
    }

    public void Table(TextTable table)
    {
    }

    public void Event(string name, object fields)
    {
        var line = new JsonObject { ["event"] = name };
        foreach (var (key, value) in JsonSerializer.SerializeToNode(fields, ResultJson.Line)!.AsObject()) line[key] = value?.DeepClone();
        lock (_lock)
        {
            writer.WriteLine(line.ToJsonString(ResultJson.Line));
            writer.Flush();
        }
    }

    public async Task<T> WithProgressAsync<T>(string title, Func<IProgress<WorkProgress>, Task<T>> work)
    {
        Event("started", new { Work = title });
        var (throttle, last) = (new Throttle(clock, Pause), title);
        return await work(new Relay<WorkProgress>(p =>
        {
            // Another part of the work is told at once, however short it is.
            var isNew = (p.Title ?? title) != last;
            last = p.Title ?? title;
            if (throttle.Elapsed() || isNew) Event("progress", new { Work = p.Title ?? title, Fraction = Math.Round(p.Fraction, 4), p.Detail });
        }));
    }
}
