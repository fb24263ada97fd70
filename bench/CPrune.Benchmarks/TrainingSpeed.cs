using System.Diagnostics;
using System.Globalization;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Targets;
using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Devices.Statistics;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Benchmarks;

/// <summary>Images a second in the training of a student that has lost 30 % of every group, with and without its teacher.</summary>
internal static class TrainingSpeed
{
    private const double Share = 0.3;
    private const int BatchSize = 128;

    /// <summary>Steps before the clock starts: memory and kernels are made in them.</summary>
    private const int WarmUp = 2;

    private const int Steps = 6;

    /// <summary>Forward, gradients of what comes in, gradients of weights.</summary>
    private const int PassesOfStudent = 3;

    /// <param name="library">The original, compiled and tuned.</param>
    /// <param name="turns">All ways take their turns one after the other; medians are over all steps of all turns.</param>
    public static async Task RunAsync(string model, string data, string library, int turns)
    {
        var original = OnnxFile.Read(model);
        var student = StudentCut.Without(original, Share);
        var images = DataCatalog.Open(new DataOptions(data, null, null, null, null, null, null, Seed: 1));
        var asked = new Teacher(original);
        (string Name, Teacher? Teacher, bool OwnNorms)[] ways =
        [
            ("torch's batch norm, torch's teacher", asked, false),
            ("own batch norm, torch's teacher", asked, true),
            ("own batch norm, compiled teacher", asked with { Library = library }, true),
            ("own batch norm, no teacher", null, true),
        ];
        var speeds = ways.ToDictionary(w => w.Name, _ => new List<double>());
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var way in ways)
            {
                speeds[way.Name].AddRange(Speeds(student, way.Teacher, images, new TorchTrainer { OwnNorms = way.OwnNorms }));
                Console.Error.WriteLine($"{way.Name}: {string.Join(' ', speeds[way.Name].TakeLast(Steps).Select(Whole))} images/s");
            }
        }

        var roofline = await RooflineAsync();
        var (macs, teacherMacs) = (MacsOf(student), MacsOf(original));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Student: {macs / 1e6:0.0} M multiply-accumulates an image; teacher: {teacherMacs / 1e6:0.0} M. Peak of {roofline.Threads} threads in 32 bits, "
            + $"measured: {roofline.FlopsPerSecond / 1e9:0} GFLOP/s.\n"));
        Console.WriteLine(Markdown.Row(["student trained in bfloat16 with", "images/s", "gain", "slowest to fastest step", "GFLOP/s", "of the peak"]));
        Console.WriteLine(Markdown.Rule(6));
        foreach (var way in ways)
        {
            var (all, speed) = (speeds[way.Name], MedianInterval.Median(speeds[way.Name]));
            var flops = 2 * speed * ((PassesOfStudent * macs) + (way.Teacher is null ? 0 : teacherMacs));
            Console.WriteLine(Markdown.Row(
            [
                way.Name, Whole(speed), (speed / MedianInterval.Median(speeds[ways[0].Name])).ToString("0.00", CultureInfo.InvariantCulture),
                $"{Whole(all.Min())} to {Whole(all.Max())}", Whole(flops / 1e9),
                (flops / roofline.FlopsPerSecond).ToString("0 %", CultureInfo.InvariantCulture),
            ]));
        }
    }

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static double MacsOf(ModelGraph graph) => ModelPlan.Of(graph).Subgraphs.Sum(s => s.Macs);

    private static async Task<MachineRoofline> RooflineAsync()
    {
        await using var device = new HostDevice(TargetCatalog.Find("host", Environment.ProcessorCount), TimeProvider.System);
        return await device.MeasureRooflineAsync(CancellationToken.None);
    }

    private static IEnumerable<double> Speeds(ModelGraph student, Teacher? teacher, DataSplits data, TorchTrainer trainer)
    {
        var recipe = TrainingRecipe.Paper((WarmUp + Steps) * BatchSize, seed: 1) with
        {
            BatchSize = BatchSize,
            Precision = TrainingPrecisions.OfThisMachine(),
            Distillation = teacher is null ? 0 : 0.5,
        };
        var steps = new Laps();
        trainer.Train(student, teacher, data.Train, data.Normalization, data.Augmentation, recipe, steps, CancellationToken.None);
        return steps.At.Skip(WarmUp).Zip(steps.At.Skip(WarmUp - 1), (end, begin) => BatchSize / Stopwatch.GetElapsedTime(begin, end).TotalSeconds);
    }

    private sealed class Laps : IProgress<TrainingProgress>
    {
        public List<long> At { get; } = [];

        public void Report(TrainingProgress value) => At.Add(Stopwatch.GetTimestamp());
    }
}
