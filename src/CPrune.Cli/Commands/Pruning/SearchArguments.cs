using System.CommandLine;
using System.Globalization;
using CPrune.Cli.Options;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Settings;
using CPrune.Pruning.Steps;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>How the search works: what may be cut, how much is trained and tuned, and the settings. The defaults are those of the rooms themselves.</summary>
internal sealed class SearchArguments
{
    private static readonly PruneSettings s_defaults = new();

    /// <summary>Settings that have an option of their own.</summary>
    private readonly Option<double?>[] _numbers =
    [
        Number("alpha", "Walks: share of accuracy that one cut must keep."),
        Number("beta", "Walks: share of latency that one cut must reach."),
        Number("max-iterations", "Candidates to try at most."),
        Number("max-layer-cut", "Largest share of a layer's filters that may go."),
        Number("min-latency", "Walks: stop below this share of the first latency."),
        Number("trials", "Programs to measure per task of the original and of the result."),
        Number("candidate-trials", "Programs to measure per changed task of a candidate, beside the preserved one."),
        Number("distillation", "Weight of the original's soft labels in the loss."),
    ];

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Change a setting, for example --set learning-rate=0.01; may be given several times. The report lists all of them.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> _noDepth = new("--no-depth") { Description = "Do not take whole residual blocks out." };
    private readonly LayerCapOptions _caps = new();
    private readonly Option<string> _stepRule = StepRuleArgument.Option();
    private readonly Option<string?> _saliency = SaliencyArgument.Option();
    private readonly Option<long?> _short = Parsed.Count("--short-images", "Walks: training images after each cut. Default: the paper's epochs, or what the time limit allows.");
    private readonly Option<long?> _long = Parsed.Count("--long-images", "Training images: of the long training of a walk, or of all training of a plan. Default: what data and time limit allow.");
    private readonly Option<string> _precision = PrecisionArgument.Option();

    public void AddTo(Command command)
    {
        foreach (var option in _numbers) command.Options.Add(option);
        foreach (var option in new Option[] { _set, _noDepth, _stepRule, _saliency, _short, _long, _precision }) command.Options.Add(option);
        _caps.AddTo(command);
    }

    /// <exception cref="Graph.UserErrorException">Kind Usage: <c>--set</c> names no setting, or gives it no number in range.</exception>
    public PruneSettings SettingsOf(ParseResult result)
    {
        var settings = s_defaults;
        foreach (var option in _numbers)
        {
            if (result.GetValue(option) is { } value)
                settings = SettingCatalog.Set(settings, string.Create(CultureInfo.InvariantCulture, $"{option.Name.TrimStart('-')}={value}"));
        }

        return (result.GetValue(_set) ?? []).Aggregate(settings, SettingCatalog.Set);
    }

    public CutLimits LimitsOf(ParseResult result) => new()
    {
        MaxLayerCut = SettingsOf(result).MaxLayerCut,
        Depth = !result.GetValue(_noDepth),
        LayerCaps = _caps.Of(result),
    };

    public TrainingBudget TrainingOf(ParseResult result) => new()
    {
        ShortImages = result.GetValue(_short),
        LongImages = result.GetValue(_long),
        Precision = PrecisionArgument.PrecisionOf(result.GetRequiredValue(_precision)),
    };

    public IStepRule StepRuleOf(ParseResult result) => StepRuleArgument.RuleOf(result.GetRequiredValue(_stepRule));

    /// <returns>Null for the policy's own.</returns>
    public ISaliency? SaliencyOf(ParseResult result) => SaliencyArgument.SaliencyOf(result.GetValue(_saliency));

    /// <summary>Every value that steers the run beside its settings, given or not, by the option's name: what makes two commands the same run.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts(ParseResult result)
    {
        foreach (var option in new Option[] { _noDepth, _stepRule, _saliency, _short, _long, _precision })
        {
            var value = Convert.ToString(result.GetValue<object?>(option.Name), CultureInfo.InvariantCulture);
            if (!string.IsNullOrEmpty(value)) yield return new(option.Name.TrimStart('-'), value);
        }

        foreach (var given in _caps.Given(result)) yield return given;
    }

    /// <summary>The option for a setting, with its range and default.</summary>
    private static Option<double?> Number(string name, string description)
    {
        var setting = SettingCatalog.All.First(s => s.Name == name);
        var otherwise = string.Create(CultureInfo.InvariantCulture, $"{description} Default: {setting.Get(s_defaults)}.");
        return setting.IsWhole
            ? Parsed.OptionalWhole($"--{name}", otherwise, (long)setting.Least, (long)setting.Most)
            : Parsed.OptionalNumber($"--{name}", otherwise, setting.Least, setting.Most);
    }
}
