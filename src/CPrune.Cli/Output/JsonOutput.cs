using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CPrune.Graph;

namespace CPrune.Cli.Output;

/// <summary>For programs: one JSON object a line, each with its name in <c>event</c>.</summary>
internal sealed class JsonOutput(TextWriter writer, TimeProvider clock) : IOutput
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

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
        foreach (var (key, value) in JsonSerializer.SerializeToNode(fields, Format)!.AsObject()) line[key] = value?.DeepClone();
        lock (_lock)
        {
            writer.WriteLine(line.ToJsonString(Format));
            writer.Flush();
        }
    }

    public async Task<T> WithProgressAsync<T>(string title, Func<IProgress<WorkProgress>, Task<T>> work)
    {
        Event("started", new { Work = title });
        var throttle = new Throttle(clock, Pause);
        return await work(new Relay<WorkProgress>(p =>
        {
            if (throttle.Elapsed()) Event("progress", new { Work = p.Title ?? title, Fraction = Math.Round(p.Fraction, 4), p.Detail });
        }));
    }
}
