using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Tasks;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>The buffers a plan's subgraphs pass to each other, with their lives. Step 0 takes the input in; call <c>i</c> is step <c>i + 1</c>.</summary>
public static class ModelBuffers
{
    /// <summary>The caller's image, copied to where kernels may read beyond its end. No graph value has an empty name.</summary>
    public const string GivenInput = "";

    /// <summary>Where every subgraph is a call of its own.</summary>
    public static ImmutableArray<BufferLife> Of(ModelPlan plan) => Of(plan, [.. Enumerable.Range(0, plan.Subgraphs.Length)]);

    /// <param name="callOf">The call each subgraph belongs to, not decreasing: the subgraphs of one call run at the same time.</param>
    public static ImmutableArray<BufferLife> Of(ModelPlan plan, ImmutableArray<int> callOf)
    {
        var lives = new Dictionary<string, BufferLife>(StringComparer.Ordinal);
        var inputBytes = (long)Shapes.Count(plan.Interface.InputShape) * sizeof(float);
        for (var i = 0; i < plan.Subgraphs.Length; i++)
        {
            var (subgraph, step) = (plan.Subgraphs[i], callOf[i] + 1);
            foreach (var operand in subgraph.Operands)
                if (NameOf(operand) is { } name) Use(name, step);
            var bytes = subgraph.Computation.Output.Extents.Aggregate((long)sizeof(float), (n, e) => n * e);
            if (lives.TryAdd(subgraph.Output, new BufferLife(subgraph.Output, bytes, step, step))) continue;
            Use(subgraph.Output, step);
        }

        Use(plan.Interface.Result.Name, callOf.Append(0).Max() + 2);
        return [.. lives.Values.OrderBy(l => l.First).ThenBy(l => l.Name, StringComparer.Ordinal)];

        void Use(string name, int step)
        {
            if (!lives.TryGetValue(name, out var life))
            {
                if (name != GivenInput && name != plan.Interface.Input) throw new InvalidOperationException($"'{name}' is read before it is computed");
                life = new BufferLife(name, inputBytes, 0, step);
            }

            lives[name] = life with { Last = step };
        }
    }

    /// <summary>The workspace buffer of an operand; null for a constant.</summary>
    public static string? NameOf(Operand operand) => operand switch
    {
        Operand.ModelInput => GivenInput,
        Operand.Value value => value.Name,
        _ => null,
    };
}
