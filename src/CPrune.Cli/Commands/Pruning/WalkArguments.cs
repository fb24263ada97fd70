using System.CommandLine;
using System.Globalization;
using CPrune.Cli.Options;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Steps;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>The numbers of the walk, of training and of tuning; the defaults are those of the rooms themselves.</summary>
internal sealed class WalkArguments
{
    private static readonly WalkLimits Limits = new();
    private static readonly TuningBudget Budget = new();
    private static readonly TrainingBudget Training = new();

    private readonly Option<double?> _alpha = Parsed.OptionalNumber("--alpha", "Share of accuracy that a cut must keep for every 5 % of the time that it saves. Default: what loses a quarter of all that may be lost, at least 0.995.", 0.5, 1);
    private readonly Option<double> _beta = Parsed.Number("--beta", "Share of latency that one cut must reach.", Limits.Beta, 0.1, 1);
    private readonly Option<int> _iterations = Parsed.Int("--max-iterations", "Candidates to try at most.", Limits.MaxIterations, 1, 1_000_000);
    private readonly Option<double> _layerCut = Parsed.Number("--max-layer-cut", "Largest share of a layer's filters that may go.", Limits.MaxLayerCut, 0.01, 0.99);
    private readonly Option<bool> _noDepth = new("--no-depth") { Description = "Do not take whole residual blocks out." };
    private readonly LayerCapOptions _caps = new();
    private readonly Option<double> _minLatency = Parsed.Number("--min-latency", "Stop below this share of the first latency.", Limits.MinLatency, 0, 1);
    private readonly Option<string> _stepRule = StepRuleArgument.Option();
    private readonly Option<string> _saliency = SaliencyArgument.Option();
    private readonly Option<int> _trials = Parsed.Int("--trials", "Programs to measure per task of the original and of the result.", Budget.TrialsPerTask, 1, 100_000);
    private readonly Option<int> _candidateTrials = Parsed.Int("--candidate-trials", "Programs to measure per changed task of a candidate, beside the preserved one.", Budget.TrialsPerChangedTask, 0, 100_000);
    private readonly Option<long?> _short = Parsed.Count("--short-images", "Training images after each cut. Default: what data and time limit allow.");
    private readonly Option<long?> _long = Parsed.Count("--long-images", "Training images at the end. Default: what data and time limit allow.");
    private readonly Option<double?> _shortRate = Parsed.OptionalNumber("--short-lr", "Learning rate of the short training. Default: what brings a cut back best, found once for the run.", 0, 10);
    private readonly Option<double?> _longRate = Parsed.OptionalNumber("--long-lr", "First learning rate of the long training; it falls along a half cosine. Default: that of the short training, or less where that brings more back.", 0, 10);
    private readonly Option<double> _distillation = Parsed.Number("--distillation", "Weight of the original's soft labels in the loss.", Training.Distillation, 0, 1);

    private readonly Option<string> _precision = PrecisionArgument.Option();

    private Option[] All =>
    [
        _alpha, _beta, _iterations, _layerCut, _noDepth, _minLatency, _stepRule, _saliency, _trials, _candidateTrials, _short, _long, _shortRate, _longRate, _distillation,
        _precision,
    ];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
        _caps.AddTo(command);
    }

    public WalkLimits LimitsOf(ParseResult result) => new()
    {
        Alpha = result.GetValue(_alpha),
        Beta = result.GetRequiredValue(_beta),
        MaxIterations = result.GetRequiredValue(_iterations),
        MaxLayerCut = result.GetRequiredValue(_layerCut),
        Depth = !result.GetValue(_noDepth),
        LayerCaps = _caps.Of(result),
        MinLatency = result.GetRequiredValue(_minLatency),
    };

    public TrainingBudget TrainingOf(ParseResult result) => new()
    {
        ShortImages = result.GetValue(_short),
        LongImages = result.GetValue(_long),
        ShortLearningRate = result.GetValue(_shortRate),
        LongLearningRate = result.GetValue(_longRate),
        Distillation = result.GetRequiredValue(_distillation),
        Precision = PrecisionArgument.PrecisionOf(result.GetRequiredValue(_precision)),
    };

    public TuningBudget TuningOf(ParseResult result) => new()
    {
        TrialsPerTask = result.GetRequiredValue(_trials),
        TrialsPerChangedTask = result.GetRequiredValue(_candidateTrials),
    };

    public IStepRule StepRuleOf(ParseResult result) => StepRuleArgument.RuleOf(result.GetRequiredValue(_stepRule));

    public ISaliency SaliencyOf(ParseResult result) => SaliencyArgument.SaliencyOf(result.GetRequiredValue(_saliency));

    /// <summary>Every value that steers the run, given or not, by the option's name: what makes two commands the same run.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts(ParseResult result)
    {
        foreach (var option in All)
        {
            var value = Convert.ToString(result.GetValue<object?>(option.Name), CultureInfo.InvariantCulture);
            if (!string.IsNullOrEmpty(value)) yield return new(option.Name.TrimStart('-'), value);
        }

        foreach (var given in _caps.Given(result)) yield return given;
    }
}
