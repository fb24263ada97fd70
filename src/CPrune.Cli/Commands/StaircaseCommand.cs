using System.CommandLine;
using CPrune.Cli.Commands.Staircases;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Reporting.Benching;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune staircase</c>: what a convolution takes with any number of channels, ours and in ONNX Runtime.</summary>
internal sealed class StaircaseCommand : Command, IResumable
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly TargetArguments _target = new();
    private readonly OutputArguments _output = new();
    private readonly Option<int> _size = Parsed.Int("--size", "Height and width of the convolution's input.", 28, 1, 1024);
    private readonly Option<int> _kernel = Parsed.Int("--kernel", "Height and width of its window.", 3, 1, 15);
    private readonly Option<int> _channels = Parsed.Int("--channels", "Channels of the side that does not vary.", 64, 1, 4096);
    private readonly Option<int> _to = Parsed.Int("--to", "Most channels of the side that varies.", 128, 1, 4096);
    private readonly Option<int> _every = Parsed.Int("--every", "From one number of channels to the next.", 1, 1, 4096);
    private readonly Option<int> _fullTrials = Parsed.Int("--full-trials", "Programs to measure where the channels fill whole vectors.", TuningWork.DefaultTrialsPerTask, 1, 100_000);
    private readonly Option<int> _trials = Parsed.Int("--trials", "Programs to measure for every other number of channels.", 8, 1, 100_000);
    private readonly Option<int> _turns = Parsed.Int("--turns", "Turns of each contender.", 7, 3, 10_000);
    private readonly Option<int> _seed = Parsed.Int("--seed", "Seed of the search.", 0, 0);
    private readonly Option<string?> _markdown = new("--markdown") { Description = "Write the tables to this file.", HelpName = "FILE.md" };
    private readonly Option<string?> _figure = new("--figure") { Description = "Write the staircases as a picture to this file.", HelpName = "FILE.svg" };
    private readonly Option<string> _command = new("--command") { Description = "What is run, to be stated in the document.", HelpName = "TEXT", DefaultValueFactory = _ => "cprune staircase" };
    private readonly Option<string?> _commit = new("--commit") { Description = "Of which state of the sources, to be stated in the document.", HelpName = "TEXT" };

    public StaircaseCommand(CliEnvironment environment, IWorkshop workshop) : base("staircase", "Tune and time one convolution with any number of output and input channels, against ONNX Runtime.")
    {
        (_environment, _workshop) = (environment, workshop);
        _target.AddTo(this);
        foreach (var option in (Option[])[_size, _kernel, _channels, _to, _every, _fullTrials, _trials, _turns, _seed, _markdown, _figure, _command, _commit]) Options.Add(option);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => "; measured programs are kept: give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var load = EnvironmentFacts.LoadAverage();
        var target = _workshop.FindRunnableTarget(_target.Name(result), _target.Threads(result));
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var options = new StaircaseOptions(
            result.GetRequiredValue(_to), result.GetRequiredValue(_every), result.GetRequiredValue(_fullTrials), result.GetRequiredValue(_trials),
            result.GetRequiredValue(_turns), result.GetRequiredValue(_seed));
        var run = new StaircaseRun(_workshop, _environment, output, records.Value, options);
        var stairs = new List<Staircase>();
        foreach (var side in Enum.GetValues<StaircaseSide>())
        {
            var layer = new StaircaseLayer(side, result.GetRequiredValue(_kernel), result.GetRequiredValue(_size), result.GetRequiredValue(_channels));
            var found = await run.RunAsync(layer, target, cancellation);
            output.Line();
            output.Table(StaircaseDocument.Table(found));
            output.Line(StaircaseDocument.Headline(found));
            stairs.Add(found);
        }

        var facts = EnvironmentFacts.Of(target, _workshop.OpenReference(_environment.Clock).Name);
        output.Write(result.GetValue(_markdown), () => StaircaseDocument.Of(
            [.. stairs], facts, load, _environment.Clock.GetUtcNow(), result.GetRequiredValue(_command), result.GetValue(_commit)));
        output.Write(result.GetValue(_figure), () => StaircaseDocument.Figure([.. stairs]));
        output.Event("result", new { Command = Name, Target = target.Key, Environment = facts, Staircases = stairs });
        return ExitCodes.Success;
    }
}
