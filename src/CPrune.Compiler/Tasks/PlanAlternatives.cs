using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Graph;
using CPrune.Graph.Rewrites;

namespace CPrune.Compiler.Tasks;

/// <summary>Every way of computing the layers of a model, which lies in one layout, that may be the fastest: the tasks of all, and which of them do the same work.</summary>
public sealed class PlanAlternatives
{
    private readonly LiveGraph _live;

    private PlanAlternatives(LiveGraph live, ModelPlan direct, IReadOnlyList<Algorithm> algorithms)
    {
        (_live, Direct) = (live, direct);
        var ways = new Dictionary<string, List<Alternative>>(StringComparer.Ordinal);
        var subgraphs = direct.Subgraphs.ToList();
        foreach (var layer in direct.Subgraphs.GroupBy(s => s.Anchor)) ways.Add(layer.Key, [Way(Algorithm.Direct, layer)]);
        foreach (var algorithm in algorithms.Where(a => a != Algorithm.Direct))
        {
            var implementation = ConvolutionAlgorithms.Of(algorithm);
            var plan = ModelPlan.Of(direct.Graph, live, direct.Choices.Variant, c => implementation.Fits(c) && implementation.IsPromising(c) ? algorithm : Algorithm.Direct);
            foreach (var layer in plan.Subgraphs.Where(s => plan.Choices.Of(s.Anchor) == algorithm).GroupBy(s => s.Anchor))
            {
                ways[layer.Key].Add(Way(algorithm, layer));
                subgraphs.AddRange(layer);
            }
        }

        Tasks = TuningTask.GroupsOf(subgraphs);
        Contests =
        [
            .. ways.GroupBy(w => string.Join('\n', w.Value.Select(a => string.Join('\t', a.Tasks))), StringComparer.Ordinal)
                .Select(g => new Contest([.. g.Select(w => w.Key)], [.. g.First().Value])),
        ];
    }

    /// <summary>All algorithms.</summary>
    public static IReadOnlyList<Algorithm> AllAlgorithms { get; } = Enum.GetValues<Algorithm>();

    /// <summary>The plan that computes every convolution directly.</summary>
    public ModelPlan Direct { get; }

    /// <summary>The tasks of all alternatives, the direct plan's first.</summary>
    public ImmutableArray<TuningTask> Tasks { get; }

    /// <summary>All layers, in the order in which they first occur.</summary>
    public ImmutableArray<Contest> Contests { get; }

    /// <summary>Bytes of weights in the plan that has the most: a Winograd transform of a 3x3 window makes them up to four times as large.</summary>
    public long LargestWeightBytes
    {
        get
        {
            var bytes = Tasks.ToDictionary(t => t.Key, t => t.Computation.WeightBytes, StringComparer.Ordinal);
            return Contests.Sum(c => c.Layers.Length * c.Alternatives.Max(a => a.Tasks.Sum(task => bytes[task])));
        }
    }

    /// <param name="algorithms">Which may be used; the direct one always may.</param>
    /// <exception cref="UserErrorException">Kind Model: an operator that cannot be compiled, named with its node.</exception>
    public static PlanAlternatives Of(ModelGraph graph, IReadOnlyList<Algorithm> algorithms) => Of(graph, algorithms, ModelVariant.Plain);

    /// <inheritdoc cref="Of(ModelGraph, IReadOnlyList{Algorithm})"/>
    /// <param name="variant">That of the plans.</param>
    public static PlanAlternatives Of(ModelGraph graph, IReadOnlyList<Algorithm> algorithms, ModelVariant variant)
    {
        var live = new LiveGraph(InferenceRewrites.Apply(graph));
        return new PlanAlternatives(live, ModelPlan.Of(graph, live, variant, _ => Algorithm.Direct), algorithms);
    }

    /// <summary>The plan with the fastest alternative of each layer; the direct one where none is measured completely.</summary>
    /// <param name="seconds">Of one call of a task; null where it is not measured.</param>
    public ModelPlan Fastest(Func<string, double?> seconds)
    {
        var chosen = Contests.SelectMany(c => c.Layers.Select(layer => (Layer: layer, Algorithm: c.Fastest(seconds)?.Algorithm ?? Algorithm.Direct)))
            .ToDictionary(c => c.Layer, c => c.Algorithm, StringComparer.Ordinal);
        return ModelPlan.Of(Direct.Graph, _live, Direct.Choices.Variant, convolution => chosen[convolution.Name]);
    }

    private static Alternative Way(Algorithm algorithm, IEnumerable<Subgraph> kernels) => new(algorithm, [.. kernels.Select(k => k.Computation.Key)]);
}
