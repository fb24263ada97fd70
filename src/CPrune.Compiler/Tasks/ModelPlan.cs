using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Subgraphs.Builders;
using CPrune.Graph;
using CPrune.Graph.Rewrites;

namespace CPrune.Compiler.Tasks;

/// <summary>A model cut into subgraphs, for batch 1. The graph is the caller's own; folding happens inside.</summary>
/// <param name="Subgraphs">In the order in which they run.</param>
/// <param name="Tasks">In the order in which they first occur.</param>
public sealed record ModelPlan(ModelGraph Graph, ImmutableArray<Subgraph> Subgraphs, ImmutableArray<TuningTask> Tasks)
{
    /// <summary>What goes in and comes out.</summary>
    public required ModelInterface Interface { get; init; }

    /// <summary>Bytes of all constants that its subgraphs read, each once, not packed.</summary>
    public long WeightBytes => Subgraphs.SelectMany(s => s.Operands).OfType<Operand.Constant>().Distinct().Sum(c => c.Bytes);

    /// <summary>How it is computed, where there was a choice.</summary>
    public required AlgorithmChoices Choices { get; init; }

    /// <summary>The plan that computes every convolution directly, channels last and kernel by kernel.</summary>
    /// <exception cref="UserErrorException">Kind Model: an operator that cannot be compiled, named with its node.</exception>
    public static ModelPlan Of(ModelGraph graph) => Of(graph, AlgorithmChoices.AllDirect);

    /// <summary>The plan that computes convolutions as chosen; one that its algorithm does not fit directly.</summary>
    /// <exception cref="UserErrorException">Kind Model: an operator that cannot be compiled, named with its node.</exception>
    public static ModelPlan Of(ModelGraph graph, AlgorithmChoices choices) =>
        Of(graph, new LiveGraph(InferenceRewrites.Apply(graph)), choices.Variant, convolution =>
            choices.Of(convolution.Name) is var chosen && ConvolutionAlgorithms.Of(chosen).Fits(convolution) ? chosen : Algorithm.Direct);

    /// <summary>The same subgraphs, run in chains or one by one.</summary>
    public ModelPlan With(bool inChains) => this with { Choices = Choices with { Variant = Choices.Variant with { InChains = inChains } } };

    internal static ModelPlan Of(ModelGraph graph, LiveGraph live, ModelVariant variant, Func<Convolution, Algorithm> choose)
    {
        var chosen = new Dictionary<string, Algorithm>(StringComparer.Ordinal);
        var (subgraphs, result, extents) = new SubgraphCutter(live, convolution => chosen[convolution.Name] = choose(convolution), variant.Block).Cut();
        return new ModelPlan(graph, subgraphs, TuningTask.GroupsOf(subgraphs))
        {
            Choices = AlgorithmChoices.Of(chosen) with { Variant = variant },
            Interface = new ModelInterface(
                live.Input, live.ShapeOf(live.Input), result, [extents.Rows, extents.Columns, extents.Channels], live.ShapeOf(live.Output)),
        };
    }
}

/// <summary>A compiled model's input and output, in ONNX's order with a batch of 1.</summary>
/// <param name="Input">The graph value that callers give.</param>
/// <param name="Result">The value that holds the output after the last subgraph, in the compiler's layout.</param>
/// <param name="ResultExtents">Its rows, columns, channels.</param>
/// <param name="OutputShape">As the graph states it: <c>[1,C]</c>, or <c>[1,C,H,W]</c>.</param>
public sealed record ModelInterface(
    string Input, ImmutableArray<int> InputShape, Operand.Value Result, ImmutableArray<int> ResultExtents, ImmutableArray<int> OutputShape);
