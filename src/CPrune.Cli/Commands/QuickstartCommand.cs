using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Graph;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune quickstart</c>: the main job on a model and data that come with cprune, in a few minutes.</summary>
internal sealed class QuickstartCommand : Command, IResumable
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly Option<string> _folder = new("--output", "-o")
    {
        Description = "Folder of the run.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine("cprune-out", "quickstart"),
    };

    private readonly OutputArguments _output = new();

    public QuickstartCommand(CliEnvironment environment, IWorkshop workshop) : base("quickstart", "Prune the model that comes with cprune, on data that it makes itself. A few minutes on two cores.")
    {
        (_environment, _workshop) = (environment, workshop);
        Options.Add(_folder);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => ": nothing is lost; give the same command again to go on";

    /// <summary>The command that stands behind this one.</summary>
    internal static IReadOnlyList<string> PruneArguments(string model, string folder) =>
        [model, "--data", "builtin", "--max-drop", "1.0", "--time-limit", "4m", "--trials", "16", "-o", folder];

    private Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var model = Path.Combine(AppContext.BaseDirectory, "models", "quickstart.onnx");
        if (!File.Exists(model)) throw new UserErrorException(UserErrorKind.Model, $"the quickstart model is missing at '{model}'; build cprune again from a complete checkout");
        var arguments = PruneArguments(Path.GetRelativePath(Environment.CurrentDirectory, model), result.GetRequiredValue(_folder));
        _output.Open(result, _environment).Line($"This is: cprune prune {string.Join(' ', arguments)}", Tone.Faint);

        var prune = new PruneCommand(_environment, _workshop);
        var asked = _output.IsJson(result) ? arguments.Append("--json") : arguments;
        return prune.Parse([.. asked]).InvokeAsync(result.InvocationConfiguration, cancellation);
    }
}
