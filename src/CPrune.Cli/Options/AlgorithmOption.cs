using System.CommandLine;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;

namespace CPrune.Cli.Options;

/// <summary>The option that says how convolutions may be computed.</summary>
internal sealed class AlgorithmOption
{
    private readonly Option<bool> _noWinograd = new("--no-winograd")
    {
        Description = "Compute every convolution as a direct sum, for results as near to other runtimes' as single precision allows; often slower.",
    };

    public void AddTo(Command command) => command.Options.Add(_noWinograd);

    public IReadOnlyList<Algorithm> Allowed(ParseResult result) =>
        result.GetValue(_noWinograd) ? [Algorithm.Direct] : PlanAlternatives.AllAlgorithms;

    /// <summary>The option where it was given, for what tells runs apart.</summary>
    public IEnumerable<KeyValuePair<string, string>> Given(ParseResult result) => result.GetValue(_noWinograd) ? [new("no-winograd", "given")] : [];
}
