using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Targets;
using CPrune.Graph;

namespace CPrune.Compiler.Tasks;

/// <summary>Every way of computing a model that may be the fastest: the ways of its layers in each layout, kernel by kernel or in chains.</summary>
public sealed class ModelAlternatives
{
    private ModelAlternatives(ImmutableArray<PlanAlternatives> layouts, bool? inChains)
    {
        (Layouts, InChains) = (layouts, inChains);
        Tasks = [.. layouts.SelectMany(l => l.Tasks).DistinctBy(t => t.Key)];
    }

    /// <summary>Channels last first, where that is allowed.</summary>
    public ImmutableArray<PlanAlternatives> Layouts { get; }

    /// <inheritdoc cref="AllowedVariants.InChains"/>
    public bool? InChains { get; }

    /// <summary>The tasks of all ways in all layouts.</summary>
    public ImmutableArray<TuningTask> Tasks { get; }

    /// <summary>The plan that computes every convolution directly, in the first layout.</summary>
    public ModelPlan Direct => Layouts[0].Direct;

    /// <inheritdoc cref="PlanAlternatives.LargestWeightBytes"/>
    public long LargestWeightBytes => Layouts.Max(l => l.LargestWeightBytes);

    /// <summary>Whether more than one variant of the whole model is allowed.</summary>
    public bool IsChoice => Layouts.Length > 1 || InChains is null;

    /// <summary>The same for models that are computed alike, whatever their weights, out of the same variants.</summary>
    public string Key
    {
        get
        {
            var text = string.Join('\n', [$"{InChains}", .. Layouts.SelectMany(l => l.Direct.Subgraphs).Select(s => s.Computation.Key), .. Tasks.Select(t => t.Key)]);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <param name="algorithms">Which may be used; the direct one always may.</param>
    /// <param name="target">Blocks have the channels of its vectors.</param>
    /// <exception cref="UserErrorException">Kind Model: an operator that cannot be compiled, named with its node.</exception>
    public static ModelAlternatives Of(ModelGraph graph, IReadOnlyList<Algorithm> algorithms, AllowedVariants allowed, Target target)
    {
        int[] blocks = allowed.InBlocks switch { null => [0, target.MaxLanes], true => [target.MaxLanes], false => [0] };
        var layouts = blocks.Select(block => PlanAlternatives.Of(graph, algorithms, new ModelVariant { Block = block }));
        // Where no image can lie in blocks the layouts are one.
        return new ModelAlternatives([.. layouts.DistinctBy(l => string.Join('\n', l.Tasks.Select(t => t.Key)))], allowed.InChains);
    }

    /// <summary>The layout of a variant, or the first where it is not allowed.</summary>
    public PlanAlternatives LayoutOf(ModelVariant variant) => Layouts.FirstOrDefault(l => l.Direct.Choices.Variant.Block == variant.Block) ?? Layouts[0];

    /// <summary>A plan in the forms that may be the fastest: by kernels first.</summary>
    public ImmutableArray<ModelPlan> FormsOf(ModelPlan plan) => InChains is { } inChains ? [plan.With(inChains)] : [plan, plan.With(inChains: true)];
}
