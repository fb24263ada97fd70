using CPrune.Compiler.Expressions;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Tasks;

namespace CPrune.Tuning.Tests.Tuners;

internal static class TestTasks
{
    public static TuningTask Of(Computation computation, int multiplicity = 1)
    {
        var subgraph = new Subgraph("conv", ["conv"], computation, [], "y", 0) { Description = "a task", Layer = "a task" };
        return new TuningTask(computation.Key, computation, [.. Enumerable.Repeat(subgraph, multiplicity)]);
    }

    public static TuningTask Conv(int filters, int channels = 32, int size = 8, int multiplicity = 1) =>
        Of(Samples.Conv(size, size, channels, filters, new Window(3, PadBefore: 1, PadAfter: 1)), multiplicity);
}
