namespace CPrune.Devices.Host;

/// <summary>The first non-empty line a process wrote on stderr: its complaint, before any stack trace. Written and read by different threads.</summary>
internal sealed class FirstLine
{
    private volatile string? _text;

    public string? Text => _text;

    public void Add(string? line)
    {
        if (_text is null && !string.IsNullOrWhiteSpace(line)) _text = line.Trim();
    }
}
