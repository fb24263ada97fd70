using System.Collections.Immutable;
using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Reporting;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune time</c>: compiled models on this machine as it is now, each in turn with the first.</summary>
internal sealed class TimeCommand : Command
{
    /// <summary>Width of a ratio's interval at which more timings are not worth their while.</summary>
    private const double NarrowEnough = 0.005;

    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly Argument<string[]> _libraries = new("LIBRARY")
    {
        Description = "Libraries that cprune wrote; the others are compared with the first.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int> _seconds = Parsed.Int("--seconds", "Seconds a comparison may take; it ends before, where the ratio is known within half a per cent.", 20, 1, 3600);
    private readonly ColdOption _cold = new();
    private readonly OutputArguments _output = new();

    public TimeCommand(CliEnvironment environment, IWorkshop workshop) : base("time", "Time compiled models in turn on this machine: is the pruned one faster, and by how much?")
    {
        (_environment, _workshop) = (environment, workshop);
        Arguments.Add(_libraries);
        Options.Add(_seconds);
        _cold.AddTo(this);
        _output.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var libraries = result.GetRequiredValue(_libraries);
        foreach (var missing in libraries.Where(l => !File.Exists(l)))
            throw new UserErrorException(UserErrorKind.Model, $"there is no file '{missing}': give libraries that 'cprune prune', 'tune' or 'compile' wrote");
        var state = _cold.IsGiven(result) ? CacheState.Cold : CacheState.Warm;
        await using var device = _workshop.OpenDevice(_workshop.FindRunnableTarget("host", 1), state, _environment.Clock);
        var options = new CompareOptions(NarrowEnough, TimeSpan.FromSeconds(result.GetRequiredValue(_seconds)), null);
        var times = await output.WithProgressAsync("Timing", progress => TimeAsync(device, libraries, options, progress, cancellation));

        output.Table(new TextTable(
            [new("library"), new("latency", true), new("from", true), new("to", true), new("speed", true), new("from", true), new("to", true)],
            [.. times.Select(Row)]));
        foreach (var unclear in times.Where(t => t.Ratio is { IsInterval: false }))
            output.Line($"{unclear.File}: the time for a comparison ended too soon for an interval; give it more with --seconds", Tone.Bad);
        output.Event("result", new
        {
            Command = Name,
            Caches = state,
            Models = times.Select(t => new { Library = t.File, t.Latency, First = t.Ratio?.Old, t.Ratio?.Ratio, t.Ratio?.Low, t.Ratio?.High, t.Ratio?.IsInterval }),
        });
        return ExitCodes.Success;
    }

    /// <exception cref="UserErrorException">Kind Model: a library is not one of ours, or fails.</exception>
    private static async Task<IReadOnlyList<Timed>> TimeAsync(
        IDevice device, string[] libraries, CompareOptions options, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        try
        {
            if (libraries.Length == 1) return [new Timed(libraries[0], await device.MeasureModelAsync(libraries[0], options, cancellation), null)];
            var ratios = new List<RatioEstimate>();
            foreach (var library in libraries.Skip(1))
            {
                progress.Report(new WorkProgress(ratios.Count / (libraries.Length - 1.0), $"{library} and {libraries[0]}"));
                ratios.Add(await device.CompareModelsAsync(libraries[0], library, options, cancellation));
            }

            return [new Timed(libraries[0], ratios[0].Old, null), .. ratios.Select((r, i) => new Timed(libraries[i + 1], r.New, r))];
        }
        catch (LibraryFailedException e)
        {
            throw new UserErrorException(UserErrorKind.Model, $"{e.Message}; give libraries that cprune compiled for this machine", e);
        }
    }

    private static ImmutableArray<string> Row(Timed timed) =>
    [
        timed.File, Figures.Seconds(timed.Latency.Median), Figures.Seconds(timed.Latency.Low), Figures.Seconds(timed.Latency.High),
        .. timed.Ratio is { } ratio ? (string[])[Figures.Ratio(1 / ratio.Ratio), Figures.Ratio(1 / ratio.High), Figures.Ratio(1 / ratio.Low)] : ["", "", ""],
    ];

    /// <param name="Ratio">Its time over that of the first, timed in turn; null for the first.</param>
    private sealed record Timed(string File, LatencyEstimate Latency, RatioEstimate? Ratio);
}
