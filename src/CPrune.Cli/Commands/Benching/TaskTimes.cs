using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Tasks;
using CPrune.Reporting.Benching;

namespace CPrune.Cli.Commands.Benching;

/// <summary>Puts together what was measured of a model's tasks: alone, and as calls inside it.</summary>
internal sealed class TaskTimes
{
    private readonly ModelPlan _direct;
    private readonly ILookup<string, Subgraph> _subgraphsOf;
    private readonly Dictionary<Subgraph, double> _alone = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Subgraph, double> _inside = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Subgraph, string> _taskOf = new(ReferenceEqualityComparer.Instance);

    private TaskTimes(
        ModelPlan plan, ModelPlan direct, ImmutableArray<TaskProgram> programs, IReadOnlyList<double> aloneSeconds, ImmutableArray<ImmutableArray<int>> calls,
        IReadOnlyList<double> callSeconds)
    {
        _direct = direct;
        _subgraphsOf = plan.Subgraphs.ToLookup(s => s.Anchor);
        foreach (var (program, seconds) in programs.Zip(aloneSeconds))
            foreach (var subgraph in program.Task.Subgraphs)
            {
                _alone.Add(subgraph, seconds);
                _taskOf.Add(subgraph, program.Task.Key);
            }

        foreach (var (members, seconds) in calls.Zip(callSeconds))
        {
            // Kernels that run as a chain share its time as they would share it one after the other.
            var together = members.Sum(m => _alone[plan.Subgraphs[m]]);
            foreach (var subgraph in members.Select(m => plan.Subgraphs[m])) _inside.Add(subgraph, seconds * _alone[subgraph] / together);
        }
    }

    /// <param name="known">What was measured.</param>
    /// <param name="direct">The plan whose work counts.</param>
    /// <param name="aloneSeconds">By program, one call by itself.</param>
    /// <param name="calls">By call of the model, the places in the plan that it does together.</param>
    /// <param name="callSeconds">By call, inside the model.</param>
    /// <returns>Most time first.</returns>
    public static ImmutableArray<BenchTask> Of(
        KnownPrograms known, ModelPlan direct, IReadOnlyList<double> aloneSeconds, ImmutableArray<ImmutableArray<int>> calls, IReadOnlyList<double> callSeconds)
    {
        var times = new TaskTimes(known.Plan, direct, known.Programs, aloneSeconds, calls, callSeconds);
        return [.. known.Layers.Select(times.Of).OrderByDescending(t => t.ModelSeconds * t.Calls)];
    }

    private BenchTask Of(LayerPrograms programs)
    {
        var layer = programs.Layer;
        var kernels = programs.Kernels.Select(k => Of(k, layer)).ToImmutableArray();
        var isOne = kernels.Length == 1;
        return new BenchTask(
            layer.Label, layer.Layers, layer.Macs, DirectOf(layer).Sum(ImageMacs.Of), DirectOf(layer).Sum(WeightBytes), kernels.Sum(k => k.AloneSeconds),
            kernels.Sum(k => k.ModelSeconds), isOne ? kernels[0].Schedule : null)
        {
            Kernels = isOne ? [] : kernels,
        };
    }

    private BenchKernel Of(TaskProgram kernel, LayerTask layer)
    {
        var subgraphs = layer.Layers.SelectMany(l => _subgraphsOf[l]).Where(s => _taskOf[s] == kernel.Task.Key).ToList();
        return new BenchKernel(kernel.Task.Label, _alone[subgraphs[0]], subgraphs.Average(s => _inside[s]), kernel.Schedule?.ToString());
    }

    /// <summary>
    /// The layer as the direct plan has it: its work and its constants are the layer's, and an algorithm that reads more than those does not move its own
    /// roofline.
    /// </summary>
    private IEnumerable<Subgraph> DirectOf(LayerTask layer) => layer.Main is null ? [] : _direct.Subgraphs.Where(s => s.Anchor == layer.Layers[0] && !s.IsCopy);

    private static long WeightBytes(Subgraph subgraph) => subgraph.Operands.OfType<Operand.Constant>().Sum(c => c.Bytes);
}
