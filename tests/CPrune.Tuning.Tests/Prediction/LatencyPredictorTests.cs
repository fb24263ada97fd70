using CPrune.Compiler.Expressions;
using CPrune.Devices;
using CPrune.Tuning.Prediction;
using CPrune.Tuning.Records;
using CPrune.Tuning.Tests.Tuners;

namespace CPrune.Tuning.Tests.Prediction;

public class LatencyPredictorTests
{
    private const int Lanes = 16;
    private static readonly Conditions s_here = new("t", CacheState.Warm);

    [Fact]
    public void An_additive_law_is_found_from_few_workloads()
    {
        using var records = Records(Workloads(20, seed: 1), AdditiveLaw);
        using var predictor = Learned(records);
        Assert.InRange(predictor.Error.Ninetieth, 0, 1e-3);
        Assert.All(Workloads(20, seed: 2), w => Assert.Equal(1, predictor.Predict(TestTasks.Of(w)) / AdditiveLaw(w), 1e-3));
    }

    [Fact]
    public void Trees_learn_what_is_no_sum()
    {
        using var records = Records(Workloads(300, seed: 3), RuggedLaw);
        using var predictor = Learned(records);
        Assert.Equal(300, predictor.Error.Workloads);
        Assert.InRange(predictor.Error.Median, 0, 0.06);
        var unseen = Workloads(60, seed: 4).Select(w => Math.Abs(predictor.Predict(TestTasks.Of(w)) / RuggedLaw(w) - 1)).Order().ToList();
        Assert.InRange(unseen[30], 0, 0.06);
    }

    [Fact]
    public void The_error_is_that_of_leaving_each_workload_out()
    {
        var workloads = Workloads(LatencyPredictor.FewestWorkloads + 1, seed: 5);
        using var records = Records(workloads, RuggedLaw);
        using var predictor = Learned(records);
        var errors = workloads.Select(left =>
        {
            using var others = Records(workloads.Where(w => w != left), RuggedLaw);
            using var partial = Learned(others);
            return Math.Abs(partial.Predict(TestTasks.Of(left)) / RuggedLaw(left) - 1);
        }).Order().ToList();
        Assert.Equal((errors[4], errors[8], 9), (predictor.Error.Median, predictor.Error.Ninetieth, predictor.Error.Workloads));
        Assert.True(errors[4] > 0.01, "the law is too easy to tell anything");
    }

    [Fact]
    public void A_model_takes_what_its_kernels_take_and_equal_seeds_say_the_same()
    {
        using var records = Records(Workloads(40, seed: 6), RuggedLaw);
        using var first = Learned(records);
        using var second = Learned(records);
        var task = TestTasks.Conv(64, multiplicity: 3);
        Assert.Equal(first.Predict(task), second.Predict(task));
        Assert.Equal(first.Error, second.Error);
    }

    [Fact]
    public void Too_few_records_are_a_reason()
    {
        using var records = Records(Workloads(7, seed: 7), AdditiveLaw);
        Assert.Equal(
            "times can be predicted from 8 tuned workloads on, and the records of this target hold 7; tune a model first",
            Assert.IsType<PredictorResult.TooFew>(LatencyPredictor.Learn(LatencyPredictor.KnownTimes(records, s_here), Lanes, 1)).Reason);
        Assert.IsType<PredictorResult.TooFew>(LatencyPredictor.Learn(LatencyPredictor.KnownTimes(records, s_here with { Caches = CacheState.Cold }), Lanes, 1));
    }

    [Fact]
    public void A_call_costs_nothing_less_than_nothing()
    {
        var fit = NonNegativeLeastSquares.ToOne([[1, 2, 0], [2, 1, 0], [3, 0, 0]]);
        Assert.All(fit, x => Assert.True(x >= 0));
        double[] expected = [2, 3];
        double[][] rows = [[0.2, 0.2], [0.35, 0.1], [0.05, 0.3]];
        Assert.All(expected.Zip(NonNegativeLeastSquares.ToOne(rows)), p => Assert.Equal(p.First, p.Second, 1e-9));
    }

    private static LatencyPredictor Learned(IRecordStore records) =>
        Assert.IsType<PredictorResult.Learned>(LatencyPredictor.Learn(LatencyPredictor.KnownTimes(records, s_here), Lanes, 1)).Predictor;

    private static SqliteRecordStore Records(IEnumerable<Computation> workloads, Func<Computation, double> law)
    {
        var records = SqliteRecordStore.InMemory();
        records.Add(workloads.SelectMany(w => Enumerable.Range(0, 4).Select(program => Record(w.Key, $"p{program}", law(w) * (1 + program)))));
        return records;
    }

    private static TuningRecord Record(string workload, string schedule, double seconds) =>
        new(s_here, workload, schedule, new LatencyEstimate(seconds, seconds, seconds, 9), null, default);

    private static List<Computation> Workloads(int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, 4 * count).Select(_ =>
            {
                var (size, channels) = (4 << random.Next(4), 8 * random.Next(1, 17));
                var window = new Window(random.Next(3) == 0 ? 1 : 3, PadBefore: 1, PadAfter: 1);
                return random.Next(5) == 0 ? Samples.Depthwise(size, size, channels, window) : Samples.Conv(size, size, channels, 8 * random.Next(1, 17), window);
            }).DistinctBy(w => w.Key).Take(count),
        ];
    }

    private static double AdditiveLaw(Computation computation)
    {
        var summary = WorkloadSummary.TryRead(computation.Key)!;
        var points = summary.Points * WorkloadFeatures.LaneWaste(summary, Lanes);
        return points * (summary.SumsChannels ? 1e-11 : 8e-11) + summary.Bytes * 2e-11 + 1e-6;
    }

    /// <summary>Small windows and large weights run at another speed.</summary>
    private static double RuggedLaw(Computation computation)
    {
        var summary = WorkloadSummary.TryRead(computation.Key)!;
        return AdditiveLaw(computation) * (summary.Axes["kh"] == 1 ? 1.4 : 1) * (summary.Weights > 40_000 ? 1.6 : 1);
    }
}
