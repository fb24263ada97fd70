using System.Collections.Immutable;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Settings;

namespace CPrune.Reporting.Tests;

/// <summary>A made-up run for tests of the page: no figure in it was measured.</summary>
public static class SampleRun
{
    public static RunRecord Of(int candidates, int layers, int seed)
    {
        var random = new Random(seed);
        var (latency, top1) = (2.4e-3, 0.934);
        var list = ImmutableArray.CreateBuilder<CandidateRecord>();
        for (var number = 1; number <= candidates; number++)
        {
            var verdict = random.Next(10) switch { < 5 => Verdict.Accepted, < 8 => Verdict.TooSlow, < 9 => Verdict.TooInaccurate, _ => Verdict.Failed };
            var ratio = verdict == Verdict.TooSlow ? 0.99 + (random.NextDouble() * 0.03) : 0.95 + (random.NextDouble() * 0.03);
            var accuracy = top1 - (verdict == Verdict.TooInaccurate ? 0.008 : 0.003 * (random.NextDouble() - 0.3));
            var seconds = 8 + (random.NextDouble() * 20);
            var isTrained = verdict is Verdict.Accepted or Verdict.TooInaccurate;
            list.Add(new CandidateRecord(
                number, $"conv 3x3/1 {64 - number}→{64 - number} @8x8 +add +relu ×9", [.. Enumerable.Range(1, 9).Select(i => $"layer3.{i}.conv1")], 8,
                verdict == Verdict.Failed ? null : ratio, verdict == Verdict.Failed ? null : ratio - 0.006, verdict == Verdict.Failed ? null : ratio + 0.006,
                verdict == Verdict.Failed ? null : latency * ratio, isTrained ? accuracy : null, verdict,
                verdict switch
                {
                    Verdict.Accepted => "3.5 % faster and 0.1 points less accurate, both within their gates.",
                    Verdict.TooSlow => "The interval's upper end 1.004 is above beta = 0.99: shortening oc.0 from 4 to 3 turns saved nothing that could be resolved.",
                    Verdict.TooInaccurate => "92.61 % after short training is below alpha × 93.40 % = 92.93 %; the task is barred.",
                    _ => "The worker crashed while timing the candidate (signal 11).",
                },
                seconds, random.Next(4, 24))
            {
                AccuracyChange = isTrained ? new PairedDifference(accuracy - top1, accuracy - top1 - 0.002, accuracy - top1 + 0.002) : null,
                TrainedImages = isTrained ? 1000 * number : null,
                CutReason = "64 = 1×4×16 → 32",
                Phases = isTrained
                    ? [new(PhaseClock.Tuning, 0.4 * seconds), new(PhaseClock.Measuring, 0.1 * seconds), new(PhaseClock.Training, 0.5 * seconds)]
                    : [new(PhaseClock.Tuning, 0.7 * seconds), new(PhaseClock.Measuring, 0.3 * seconds)],
            });
            if (verdict != Verdict.Accepted) continue;
            latency *= ratio;
            top1 = accuracy;
        }

        return new RunRecord
        {
            Header = new RunHeader(
                "cifar10_resnet56.onnx", "1f0c9a2b77d3e481", "data/cifar10", "host", seed, new DateTimeOffset(2026, 3, 4, 10, 20, 0, TimeSpan.Zero),
                ImmutableSortedDictionary<string, string>.Empty.Add("min-accuracy", "0.924").Add("alpha", "0.995").Add("beta", "0.99").Add("time-limit", "2h"),
                ImmutableSortedDictionary<string, string>.Empty.Add("cpu", "Example CPU, 2 cores").Add("cprune", "0.1.0").Add("llvm", "19.1")),
            Policy = "cprune",
            Goal = new Goal.Accuracy(new AccuracyFloor.AtLeast(0.924)),
            TimeLimit = TimeSpan.FromHours(2),
            Settings = SettingCatalog.Texts(new PruneSettings()),
            Promise = new AccuracyPromise(
                0.924, 0.924, 10_000, 6_000, new PairedDifference(-0.004, -0.006, -0.002), new PairedDifference(-0.005, -0.008, -0.002), 1),
            ElapsedSeconds = 2930,
            Before = new ModelFigures(2.4e-3, 3.1e-3, 0.934, 0.9339, 853_018, 125_500_000, 3_450_000, 0.9341, 610_000),
            After = new ModelFigures(latency, latency * 1.3, top1, top1 - 0.001, 412_331, 61_200_000, 1_690_000, top1 - 0.002, 380_000),
            Candidates = list.ToImmutable(),
            TasksBefore = Tasks(64, random),
            TasksAfter = Tasks(40, random),
            Channels = [.. Enumerable.Range(0, layers).Select(i => new LayerChannels($"layer{(i / 18) + 1}.{i % 18 / 2}.conv{(i % 2) + 1}", 16 << (i / 18), (16 << (i / 18)) - (i % 2 == 0 ? random.Next(0, 8 << (i / 18)) : 0)))],
            Phases = [new("tuning", 812), new("measuring", 240), new("training", 1804), new("evaluating", 65)],
            EndReason = "alpha × 92.86 % is below the floor of 92.40 %.",
        };
    }

    private static ImmutableArray<TaskRow> Tasks(int width, Random random) =>
    [
        .. Enumerable.Range(0, 7).Select(i => new TaskRow(
            $"conv 3x3/1 {width >> (i % 3)}→{width >> (i % 3)} @{8 << (i % 3)}x{8 << (i % 3)} +add +relu", 9, 2_359_296, random.NextDouble() * 4e-5,
            "split oc 2 16; split ow 4; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1; parallel oc.0")),
    ];
}
