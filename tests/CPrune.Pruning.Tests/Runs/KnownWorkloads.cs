using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Tuning.Records;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Records of earlier tuning on the fake device, at a nanosecond a multiply-accumulate: what a predictor can learn from.</summary>
internal static class KnownWorkloads
{
    public static IRecordStore Records()
    {
        var records = SqliteRecordStore.InMemory();
        var tasks = ((int[])[8, 16, 24, 40]).SelectMany(width => ModelPlan.Of(Model(width)).Tasks).DistinctBy(t => t.Key).ToList();
        records.Add(tasks.SelectMany(t => Enumerable.Range(1, 4).Select(program => Record(t, program))));
        return records;
    }

    private static TuningRecord Record(TuningTask task, int program)
    {
        var seconds = program * Math.Max(1, task.Subgraphs[0].Macs) * 1e-9;
        return new TuningRecord(
            new Conditions(FakeDevice.Avx2.Key, CacheState.Warm), task.Key, $"program {program}", new LatencyEstimate(seconds, seconds, seconds, 9), null, default);
    }

    private static ModelGraph Model(int width)
    {
        var b = new GraphBuilder("known", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), width, Window.Same(3)));
        x = b.Relu(b.Conv(x, 2 * width, Window.Same(3)));
        x = b.Relu(b.Conv(x, width, Window.Same(1, stride: 2)));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
