using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using CPrune.Pruning.Policies;

namespace CPrune.Cli.Options;

/// <summary>Layers that are kept out of pruning or cut less, by patterns of their names; each option can be given several times.</summary>
internal sealed class LayerCapOptions
{
    private const string Keep = "--keep";
    private const string MaxCut = "--max-cut";

    private readonly Option<LayerCap[]> _keep = new(Keep)
    {
        Description = "Layers to leave as they are, with what is coupled with them: a name, in which * stands for any characters and ? for one. Can be given several times.",
        HelpName = "PATTERN",
        CustomParser = result => [.. result.Tokens.Select(t => new LayerCap($"{Keep} '{t.Value}'", t.Value, 0))],
    };

    private readonly Option<LayerCap[]> _maxCut = new(MaxCut)
    {
        Description = "Layers of which less (or more) may go than --max-layer-cut says: 'layer1.*=0.25'. Can be given several times; the smallest share holds.",
        HelpName = "PATTERN=SHARE",
        CustomParser = result => [.. result.Tokens.Select(t => Parse(t.Value, result)).OfType<LayerCap>()],
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_keep);
        command.Options.Add(_maxCut);
    }

    public ImmutableArray<LayerCap> Of(ParseResult result) => [.. result.GetValue(_keep) ?? [], .. result.GetValue(_maxCut) ?? []];

    /// <summary>The options where they were given, for what tells runs apart.</summary>
    public IEnumerable<KeyValuePair<string, string>> Given(ParseResult result)
    {
        foreach (var option in new[] { _keep, _maxCut })
            if (result.GetValue(option) is { Length: > 0 } caps)
                yield return new(option.Name.TrimStart('-'), string.Join(' ', caps.Select(c => c.Option[(option.Name.Length + 1)..].Trim('\''))));
    }

    private static LayerCap? Parse(string text, ArgumentResult result)
    {
        // The name may hold equals signs of its own.
        var separator = text.LastIndexOf('=');
        if (separator > 0 && Shares.Parse(text[(separator + 1)..]) is { } share) return new LayerCap($"{MaxCut} '{text}'", text[..separator], share);
        result.AddError($"{MaxCut} '{text}' is not a pattern and a share: write for example 'layer1.*=0.25'");
        return null;
    }
}
