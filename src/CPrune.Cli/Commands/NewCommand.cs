using System.CommandLine;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Reporting;
using CPrune.Training.Recipes;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune new</c>: writes a network of the zoo untrained. Latency does not depend on what the weights are.</summary>
internal sealed class NewCommand : Command
{
    private readonly CliEnvironment _environment;
    private readonly Argument<string> _net = new("NET") { Description = $"Network: {string.Join(", ", NetworkCatalog.Names)}." };
    private readonly OutputArguments _output = new();
    private readonly Option<string> _file = new("--output", "-o") { Description = "ONNX file to write.", HelpName = "MODEL.onnx", Required = true };
    private readonly Option<int> _size = Parsed.Int("--size", "Height and width of the images.", 224, 1, 4096);
    private readonly Option<int> _classes = Parsed.Int("--classes", "Scores it gives.", 1000, 2, 1_000_000);
    private readonly Option<int> _channels = Parsed.Int("--channels", "Channels of the images.", 3, 1, 1024);
    private readonly Option<int> _seed = Parsed.Int("--seed", "Seed of the weights.", TrainingDefaults.Seed, 0);

    public NewCommand(CliEnvironment environment) : base("new", "Write a network with random weights as an ONNX file, to see how fast it would be.")
    {
        _environment = environment;
        Arguments.Add(_net);
        Options.Add(_file);
        Options.Add(_size);
        Options.Add(_classes);
        Options.Add(_channels);
        Options.Add(_seed);
        _output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        var output = _output.Open(result, _environment);
        var net = NetworkCatalog.Find(
            result.GetRequiredValue(_net), result.GetRequiredValue(_classes), result.GetRequiredValue(_channels), result.GetRequiredValue(_size), result.GetRequiredValue(_seed));
        var path = Path.GetFullPath(result.GetRequiredValue(_file));
        using var folder = OutputFolder.PrepareForFile(path);
        OnnxFile.Write(path, net);

        var (parameters, macs) = (GraphStatistics.Parameters(net), GraphStatistics.Macs(net));
        output.Line($"{net.Name}, untrained: {Figures.Short(parameters)} parameters, {Figures.Short(macs)} multiply-accumulates an image.");
        output.Line($"Written: {path}");
        output.Event("result", new { Command = Name, Model = path, Parameters = parameters, Macs = macs });
        return ExitCodes.Success;
    }
}
