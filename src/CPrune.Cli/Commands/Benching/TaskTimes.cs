using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Reporting.Benching;

namespace CPrune.Cli.Commands.Benching;

/// <summary>Puts together what was measured of a model's tasks: alone, and as calls inside it.</summary>
internal static class TaskTimes
{
    /// <param name="programs">One per task of the plan.</param>
    /// <param name="aloneSeconds">By program, one call by itself.</param>
    /// <param name="calls">By call of the model, the places in the plan that it does together.</param>
    /// <param name="callSeconds">By call, inside the model.</param>
    public static ImmutableArray<BenchTask> Of(
        ModelPlan plan, ImmutableArray<TaskProgram> programs, IReadOnlyList<double> aloneSeconds, ImmutableArray<ImmutableArray<int>> calls,
        IReadOnlyList<double> callSeconds)
    {
        var alone = new Dictionary<Subgraph, double>(ReferenceEqualityComparer.Instance);
        foreach (var (program, seconds) in programs.Zip(aloneSeconds))
            foreach (var subgraph in program.Task.Subgraphs) alone.Add(subgraph, seconds);
        var inside = new Dictionary<Subgraph, double>(ReferenceEqualityComparer.Instance);
        foreach (var (members, seconds) in calls.Zip(callSeconds))
        {
            // Kernels that run as a chain share its time as they would share it one after the other.
            var together = members.Sum(m => alone[plan.Subgraphs[m]]);
            foreach (var subgraph in members.Select(m => plan.Subgraphs[m])) inside.Add(subgraph, seconds * alone[subgraph] / together);
        }

        return
        [
            .. programs.Zip(aloneSeconds, (program, seconds) => Of(program, plan.Graph, seconds, inside)).OrderByDescending(t => t.ModelSeconds * t.Calls),
        ];
    }

    private static BenchTask Of(TaskProgram program, ModelGraph graph, double aloneSeconds, Dictionary<Subgraph, double> inside)
    {
        var subgraphs = program.Task.Subgraphs;
        return new BenchTask(
            program.Task.Label, [.. subgraphs.Select(s => s.Anchor)], program.Macs, ImageMacs.Of(subgraphs[0]), WeightBytes(subgraphs[0], graph), aloneSeconds,
            subgraphs.Average(s => inside[s]), program.Schedule?.ToString());
    }

    /// <summary>Constants as the model has them: an algorithm that reads more than those does not move its own roofline.</summary>
    private static long WeightBytes(Subgraph subgraph, ModelGraph graph)
    {
        var read = subgraph.Operands.OfType<Operand.Constant>().Sum(c => c.Bytes);
        if (subgraph.Stage.Length == 0) return read;
        var anchor = graph.Nodes.First(n => n.Name == subgraph.Anchor);
        return Math.Min(read, anchor.Inputs.Sum(i => graph.InitializerOrNull(i) is { } tensor ? (long)tensor.Count * sizeof(float) : 0));
    }
}
