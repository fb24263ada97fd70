using System.CommandLine;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;

namespace CPrune.Cli.Options;

/// <summary>The options that say how a model may be computed.</summary>
internal sealed class ComputationOptions
{
    private const string Auto = "auto";
    private const string ChannelsLast = "channels-last";
    private const string Blocked = "blocked";
    private const string On = "on";
    private const string Off = "off";

    private readonly Option<bool> _noWinograd = new("--no-winograd")
    {
        Description = "Compute every convolution as a direct sum, for results as near to other runtimes' as single precision allows; often slower.",
    };

    private readonly Option<string> _layout = Parsed.Word(
        "--layout", "How images lie in memory: 'channels-last', 'blocked' (blocks of a vector's channels), or 'auto' (whichever the whole model is faster in).",
        Auto, ChannelsLast, Blocked);

    private readonly Option<string> _chains = Parsed.Word(
        "--chains", "Whether kernels run strip by strip where that saves memory traffic: 'on', 'off', or 'auto' (whichever the whole model is faster with).",
        Auto, On, Off);

    public void AddTo(Command command)
    {
        command.Options.Add(_noWinograd);
        command.Options.Add(_layout);
        command.Options.Add(_chains);
    }

    /// <summary>The ways of computing a model that the options allow.</summary>
    /// <exception cref="UserErrorException">Kind Model: an operator that cannot be compiled, named with its node.</exception>
    public ModelAlternatives Alternatives(ModelGraph graph, Target target, ParseResult result) =>
        ModelAlternatives.Of(graph, Algorithms(result), Variants(result), target);

    public IReadOnlyList<Algorithm> Algorithms(ParseResult result) =>
        result.GetValue(_noWinograd) ? [Algorithm.Direct] : PlanAlternatives.AllAlgorithms;

    public AllowedVariants Variants(ParseResult result) => new(
        result.GetRequiredValue(_layout) switch { Blocked => true, ChannelsLast => false, _ => null },
        result.GetRequiredValue(_chains) switch { On => true, Off => false, _ => null });

    /// <summary>The options where they were given, for what tells runs apart.</summary>
    public IEnumerable<KeyValuePair<string, string>> Given(ParseResult result)
    {
        if (result.GetValue(_noWinograd)) yield return new("no-winograd", "given");
        if (result.GetRequiredValue(_layout) is var layout and not Auto) yield return new("layout", layout);
        if (result.GetRequiredValue(_chains) is var chains and not Auto) yield return new("chains", chains);
    }
}
