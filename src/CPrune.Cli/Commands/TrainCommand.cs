using System.CommandLine;
using System.Globalization;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Reporting;
using CPrune.Training.Recipes;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune train</c>: trains a network of the zoo from nothing and writes it as ONNX with its batch norms.</summary>
internal sealed class TrainCommand : Command, IResumable
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly Argument<string> _net = new("NET") { Description = $"Network: {string.Join(", ", NetworkCatalog.Names)}." };
    private readonly DataArguments _data = new();
    private readonly OutputArguments _output = new();
    private readonly Option<string> _file = new("--output", "-o") { Description = "ONNX file to write.", HelpName = "MODEL.onnx", Required = true };
    private readonly Option<double> _epochs = Parsed.Number("--epochs", "Times every training image is seen.", TrainingDefaults.Epochs, 0.001, 10_000);
    private readonly Option<double> _rate = Parsed.Number("--learning-rate", "Peak rate; it falls to zero along a half cosine after a short warm-up.", TrainingDefaults.LearningRate, 1e-6, 10);
    private readonly Option<double> _decay = Parsed.Number("--weight-decay", "L2 weight decay.", TrainingDefaults.WeightDecay, 0, 1);
    private readonly Option<int> _batch = Parsed.Int("--batch", "Images of one step.", TrainingDefaults.BatchSize, 2, 65_536);
    private readonly Option<string> _precision = PrecisionArgument.Option();
    private readonly Option<int> _seed = Parsed.Int("--seed", "Seed of weights, order and augmentation.", TrainingDefaults.Seed, 0);

    public TrainCommand(CliEnvironment environment, IWorkshop workshop) : base("train", "Train a network from nothing and write it as an ONNX file.")
    {
        (_environment, _workshop) = (environment, workshop);
        Arguments.Add(_net);
        _data.AddTo(this, DataUse.Training);
        Options.Add(_file);
        Options.Add(_epochs);
        Options.Add(_rate);
        Options.Add(_decay);
        Options.Add(_batch);
        Options.Add(_precision);
        Options.Add(_seed);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    public string ResumeHint => ": the weights of the last minutes are kept; give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var (clock, seed) = (_environment.Clock, result.GetRequiredValue(_seed));
        var path = Path.GetFullPath(result.GetRequiredValue(_file));
        using var folder = OutputFolder.PrepareForFile(path);

        var data = _data.OpenParts(result, model: null, cancellation);
        if (data.Train.Height != data.Train.Width)
            throw new UserErrorException(UserErrorKind.Data, $"the images are {data.Train.Height}x{data.Train.Width}; the networks that can be trained want square ones");
        var net = NetworkCatalog.Find(result.GetRequiredValue(_net), data.Train.ClassNames.Length, data.Train.Channels, data.Train.Height, seed);

        var recipe = TrainingDefaults.Recipe(data.Train, result.GetRequiredValue(_epochs), seed) with
        {
            BatchSize = result.GetRequiredValue(_batch),
            LearningRate = result.GetRequiredValue(_rate),
            WeightDecay = result.GetRequiredValue(_decay),
            Precision = PrecisionArgument.PrecisionOf(result.GetRequiredValue(_precision)),
        };
        var sitting = new TrainingSitting(path, $"{net.Name} {data.Fingerprint} {recipe} {data.Augmentation}", clock);
        var (start, imagesBefore) = sitting.Start(net);
        if (imagesBefore > 0) output.Line($"Going on after {Figures.Count(imagesBefore)} of {Figures.Count(recipe.Images)} images.");
        var trainer = _workshop.CreateTrainer(clock);
        var trained = await output.WithProgressAsync($"Training {net.Name}", progress => Task.Run(() => trainer.Train(
            start, null, data.Train, data.Normalization, data.Augmentation, recipe with { ImagesBefore = imagesBefore }, new Relay<TrainingProgress>(p =>
            {
                sitting.Keep(p);
                progress.Report(Shown(p));
            }), cancellation), cancellation));
        OnnxFile.Write(path, trained);
        sitting.End();

        var test = await output.WithProgressAsync(
            "Evaluating on the test set",
            _ => Task.Run(() => trainer.Evaluate(trained, data.Test, data.Normalization, cancellation), cancellation));
        output.Line($"{net.Name}: {Figures.Percent(test.Top1)} on the test set, {Figures.Bytes(new FileInfo(path).Length)}.", Tone.Good);
        output.Line($"Written: {path}");
        output.Event("result", new { Command = Name, Model = path, recipe.Images, TestTop1 = test.Top1 });
        return ExitCodes.Success;
    }

    internal static WorkProgress Shown(TrainingProgress p)
    {
        var left = p.ImagesPerSecond > 0 ? TimeSpan.FromSeconds((p.ImagesPlanned - p.ImagesDone) / p.ImagesPerSecond) : TimeSpan.Zero;
        return new WorkProgress(
            (double)p.ImagesDone / Math.Max(1, p.ImagesPlanned),
            string.Create(CultureInfo.InvariantCulture, $"loss {p.Loss:0.000}, {p.ImagesPerSecond:0} images/s, {Durations.Text(left)} left"));
    }
}
