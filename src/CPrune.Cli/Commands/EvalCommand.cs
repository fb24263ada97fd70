using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Reporting;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune eval</c>: top-1 on the test set, by our evaluator and by ONNX Runtime.</summary>
internal sealed class EvalCommand : Command
{
    /// <summary>Shares may differ by rounding of close scores only.</summary>
    private const double Agreement = 0.0011;

    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly ModelArguments _model = new();
    private readonly DataArguments _data = new();
    private readonly OutputArguments _output = new();

    public EvalCommand(CliEnvironment environment, IWorkshop workshop) : base("eval", "Measure a model's accuracy on the test set, with our evaluator and with ONNX Runtime.")
    {
        (_environment, _workshop) = (environment, workshop);
        _model.AddTo(this);
        _data.AddTo(this, DataUse.Evaluation);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var model = _model.Read(result, output);
        var data = _data.OpenTest(result, model.Graph, cancellation);
        var (images, classes) = (data.Images, data.Images.ClassNames);
        output.Line($"{Figures.Count(images.Count)} images of {DataLines.Classes(classes)}.");
        DataLines.Warn(output, model.Graph, classes, data.Notes);
        var clock = _environment.Clock;
        var reference = _workshop.OpenReference(clock);

        var (ours, oursTime) = await TimedAsync($"Evaluating {Figures.Count(images.Count)} images", () =>
            _workshop.CreateTrainer(clock).Evaluate(model.Graph, images, data.Normalization, cancellation));
        var (theirs, theirsTime) = await TimedAsync($"Evaluating in {reference.Name}", () =>
            reference.Evaluate(model.Bytes, images, data.Normalization, cancellation).Top1);

        output.Table(new TextTable(
            [new("evaluator"), new("top-1", true), new("right", true), new("images/s", true)],
            [
                ["cprune", Figures.Percent(ours.Top1), $"{ours.Hits}/{ours.Total}", Rate(ours.Total, oursTime)],
                [reference.Name, Figures.Percent(theirs), $"{Math.Round(theirs * ours.Total)}/{ours.Total}", Rate(ours.Total, theirsTime)],
            ]));
        if (DataLines.OfGuessing(ours.Top1, ours.Total, classes.Length) is { } warning) output.Line(warning, Tone.Bad);
        var agree = Math.Abs(ours.Top1 - theirs) <= Agreement;
        if (!agree) output.Line("The two evaluators differ by more than rounding explains; the run's figures cannot be trusted for this model.", Tone.Bad);
        output.Event("result", new
        {
            Command = Name,
            Model = model.Path,
            Images = ours.Total,
            Classes = classes,
            ours.Top1,
            ReferenceTop1 = theirs,
            Reference = reference.Name,
            Agree = agree,
            ImagesPerSecond = ours.Total / oursTime.TotalSeconds,
        });
        return ExitCodes.Success;

        async Task<(T Value, TimeSpan Time)> TimedAsync<T>(string title, Func<T> work)
        {
            var started = clock.GetTimestamp();
            var value = await output.WithProgressAsync(title, _ => Task.Run(work, cancellation));
            return (value, clock.GetElapsedTime(started));
        }
    }

    private static string Rate(int images, TimeSpan time) => Figures.Count((long)(images / Math.Max(1e-9, time.TotalSeconds)));
}
