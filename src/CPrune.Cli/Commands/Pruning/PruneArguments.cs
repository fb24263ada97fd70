using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>Everything that says what is to be pruned and how, but who chooses the cuts and where results go.</summary>
internal sealed class PruneArguments
{
    private readonly ModelArguments _model = new();
    private readonly DataArguments _data = new();
    private readonly GoalArguments _goal = new();
    private readonly TargetArguments _target = new();
    private readonly SearchArguments _search = new();
    private readonly ComputationOptions _computation = new();
    private readonly Option<TimeSpan?> _limit = Parsed.Duration("--time-limit", "About the wall time of a whole run, over all sittings; may change from one to the next. Default: none.");
    private readonly Option<int> _seed = Parsed.Int("--seed", "Seed of the selection split, the search and training.", 0, 0);

    public void AddTo(Command command)
    {
        _model.AddTo(command);
        _data.AddTo(command, DataUse.Pruning);
        _goal.AddTo(command);
        _target.AddTo(command);
        command.Options.Add(_limit);
        command.Options.Add(_seed);
        _search.AddTo(command);
        _computation.AddTo(command);
    }

    /// <summary>Whether <c>--seed</c> was given.</summary>
    public bool HasSeed(System.CommandLine.Parsing.CommandResult result) => result.GetResult(_seed) is { Implicit: false };

    public ModelFile ModelOf(ParseResult result, IOutput output) => _model.Read(result, output);

    /// <summary>Opens the data and finds the target.</summary>
    /// <exception cref="Graph.UserErrorException">Kind Target, Data, Goal or Usage.</exception>
    /// <param name="otherSeed">Instead of <c>--seed</c>; null for that.</param>
    public PruneJob Open(
        ParseResult result, ModelFile model, IWorkshop workshop, CliEnvironment environment, CancellationToken cancellation, int? otherSeed = null)
    {
        var limits = _search.LimitsOf(result);
        LayerCap.RequireMatches(limits.LayerCaps, model.Graph);
        var target = workshop.FindRunnableTarget(_target.Name(result), _target.Threads(result));
        var reference = workshop.OpenReference(environment.Clock);
        var seed = otherSeed ?? result.GetRequiredValue(_seed);
        var data = _data.Open(result, model.Graph, seed, cancellation);
        var goal = _goal.Of(result);
        var limit = result.GetValue(_limit);
        KeyValuePair<string, string>[] options =
        [
            .. _goal.Given(result), new("data", _data.Spec(result)), new("seed", $"{seed}"), new("time-limit", limit is { } l ? Durations.Text(l) : "none"),
            .. _model.Given(result), .. _data.Given(result), .. _search.Texts(result), .. _computation.Given(result),
        ];
        var request = new PruneRequest(Path.GetFileName(model.Path), model.Bytes, model.Graph, _data.Spec(result), data, goal, limit, seed, "", new Dictionary<string, string>(options))
        {
            Limits = limits,
            Training = _search.TrainingOf(result),
            Settings = _search.SettingsOf(result),
            Algorithms = _computation.Algorithms(result),
            Variants = _computation.Variants(result),
            Environment = EnvironmentFacts.Of(target, reference.Name),
        };
        return new PruneJob(workshop, environment, target, reference, _search.StepRuleOf(result), _search.SaliencyOf(result), request);
    }
}
