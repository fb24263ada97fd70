using System.Collections.Immutable;
using CPrune.Cli.Commands.Benching;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Reporting.Benching;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Staircases;

/// <param name="To">Most channels.</param>
/// <param name="Every">From one number of channels to the next; multiples of the vector width are always among them.</param>
/// <param name="FullTrials">Programs to measure where whole vectors are filled.</param>
/// <param name="Trials">Programs to measure elsewhere.</param>
internal sealed record StaircaseOptions(int To, int Every, int FullTrials, int Trials, int Turns, int Seed);

/// <summary>
/// Tunes and times one convolution at every number of channels: first those that fill whole vectors, then the others with few programs each, beginning
/// with the program of the next full one. That is how tuning goes on after a cut.
/// </summary>
internal sealed class StaircaseRun(IWorkshop workshop, CliEnvironment environment, IOutput output, IRecordStore records, StaircaseOptions options)
{
    public async Task<Staircase> RunAsync(StaircaseLayer layer, Target target, CancellationToken cancellation)
    {
        var lanes = target.MaxLanes;
        var widths = Enumerable.Range(1, options.To).Where(n => n % lanes == 0 || (n - 1) % options.Every == 0)
            .OrderBy(n => n % lanes == 0 ? 0 : 1).ThenBy(n => n).ToList();
        var programs = new Dictionary<int, Schedule>();
        var points = new List<StaircasePoint>();
        await using var device = workshop.OpenDevice(target, CacheState.Warm, environment.Clock);
        var tuner = workshop.CreateTuner(device, records, environment.Clock);
        await output.WithProgressAsync($"{layer}", async progress =>
        {
            foreach (var width in widths)
            {
                progress.Report(new WorkProgress((double)points.Count / widths.Count, $"{width} channels"));
                var point = await PointAsync(layer, width, target, tuner, programs, cancellation);
                output.Event("width", new { layer.Side, point.Channels, point.KernelSeconds, point.ModelSeconds, point.SpeedUp });
                points.Add(point);
            }

            return points.Count;
        });
        return new Staircase(
            layer.Side, $"{layer}", lanes, target.Threads, workshop.OpenReference(environment.Clock).Name, [.. points.OrderBy(p => p.Channels)]);
    }

    private async Task<StaircasePoint> PointAsync(
        StaircaseLayer layer, int width, Target target, ITuner tuner, Dictionary<int, Schedule> programs, CancellationToken cancellation)
    {
        var graph = layer.Model(width);
        var plan = ModelPlan.Of(graph);
        var task = plan.Tasks.Single(t => t.Subgraphs[0].Anchor == StaircaseLayer.Convolution);
        var full = Staircase.WholeVectors(width, target.MaxLanes);
        var preserved = programs.TryGetValue(full, out var program)
            ? ImmutableDictionary<string, Schedule>.Empty.Add(task.Key, program)
            : ImmutableDictionary<string, Schedule>.Empty;
        var trials = width == full ? options.FullTrials : options.Trials;
        var tuned = await tuner.TuneAsync([task], new TuningOptions(trials, null, options.Seed, preserved), null, cancellation);
        programs[width] = tuned.Tasks[0].Schedule;

        using var contenders = new Contenders(workshop, environment, target);
        var ours = contenders.AddCompiled("cprune tuned", ContenderRole.Tuned, plan, tuned.Schedules());
        var profile = contenders.AddProfile(ours);
        contenders.AddReference(OnnxFile.ToBytes(graph));
        var times = await contenders.TimeAsync(options.Turns, new Relay<double>(_ => { }), cancellation);
        var model = times.Single(t => t.Contender.Role == ContenderRole.Tuned);
        var peer = times.Single(t => t.Contender.Role == ContenderRole.Reference);
        var place = plan.Subgraphs.IndexOf(task.Subgraphs[0]);
        var kernel = ours.Calls.Zip(profile.Median()).Single(c => c.First.Contains(place)).Second;
        return new StaircasePoint(width, kernel, model.Seconds, peer.RatioTo(model), tuned.Trials);
    }
}
