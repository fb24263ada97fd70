using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Runs;

/// <summary>A model with its plan, its fastest programs and its shared library: what is timed, and what table C is read from.</summary>
public sealed class TunedModel
{
    private readonly Target _target;
    private readonly Dictionary<string, LayerTask> _rowOfLayer;
    private readonly Dictionary<string, TuningTask> _taskOfSubgraph;
    private readonly Dictionary<string, ProgramRow> _programs;

    /// <param name="programs">One row per task of the plan.</param>
    /// <param name="library">Path of the compiled model.</param>
    public TunedModel(ModelGraph graph, ModelPlan plan, ImmutableArray<ProgramRow> programs, Target target, string library)
    {
        (Graph, Plan, Programs, SharedObject, _target) = (graph, plan, programs, library, target);
        _taskOfSubgraph = plan.Tasks.SelectMany(t => t.Subgraphs.Select(s => (s.Name, t))).ToDictionary(p => p.Name, p => p.t, StringComparer.Ordinal);
        Layers = LayerTask.Of(plan);
        _rowOfLayer = Layers.Where(r => r.Main is not null).SelectMany(r => r.Layers.Select(layer => (layer, r))).ToDictionary(p => p.layer, p => p.r, StringComparer.Ordinal);
        _programs = programs.ToDictionary(p => p.TaskKey, StringComparer.Ordinal);
    }

    public ModelGraph Graph { get; }

    public ModelPlan Plan { get; }

    public ImmutableArray<ProgramRow> Programs { get; }

    /// <summary>Table C: the plan's layers, equal ones together.</summary>
    public ImmutableArray<LayerTask> Layers { get; }

    public string SharedObject { get; }

    /// <summary>The same architecture with trained weights; its library still holds the untrained ones, which time the same.</summary>
    public TunedModel WithWeights(ModelGraph trained) => new(trained, Plan, Programs, _target, SharedObject);

    /// <summary>The sum over its layers, in seconds: about what the whole takes.</summary>
    public double TotalSeconds => Layers.Sum(TotalSecondsOf);

    /// <summary>Time of all layers of a row of table C.</summary>
    public double TotalSecondsOf(LayerTask layers) => layers.Multiplicity * layers.Seconds(kernel => _programs[kernel.Key].Latency.Median);

    /// <summary>The fastest programs of a layer's kernels; null for a node that is no anchor.</summary>
    public LayerNests? NestsOf(string layer) => _rowOfLayer.TryGetValue(layer, out var row) ? LayerNests.Of(row, NestOf) : null;

    /// <summary>The fastest program of what does the same part of the same node's work as a subgraph of another model does there; null where nothing does.</summary>
    public ScheduledNest? NestOf(Subgraph subgraph) => _taskOfSubgraph.TryGetValue(subgraph.Name, out var kernel) ? NestOf(kernel) : null;

    public IReadOnlyDictionary<string, Schedule> Schedules() => Programs.ToDictionary(p => p.TaskKey, p => Schedule.Parse(p.Schedule));

    /// <summary>
    /// What a model cut from this one begins its tuning with: for each task the program that does its work here, with the loop that the cut has made shorter
    /// (docs/how-it-works.md, "The step"). Tasks of other work are left out.
    /// </summary>
    public IReadOnlyDictionary<string, Schedule> ProgramsFor(IEnumerable<TuningTask> tasks)
    {
        var programs = new Dictionary<string, Schedule>(StringComparer.Ordinal);
        foreach (var task in tasks)
        {
            if (task.Subgraphs.Select(NestOf).FirstOrDefault(n => n is not null) is { } nest) programs[task.Key] = PreservedSchedule.Onto(nest, task.Computation);
        }

        return programs;
    }

    private ScheduledNest? NestOf(TuningTask task) =>
        ScheduledNest.Apply(task.Computation, Schedule.Parse(_programs[task.Key].Schedule), _target) is ScheduleResult.Ok ok ? ok.Nest : null;
}
