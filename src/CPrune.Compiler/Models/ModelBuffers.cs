using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Tasks;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>The buffers a plan's subgraphs pass to each other, with their lives. Step 0 takes the input in; subgraph <c>i</c> is step <c>i + 1</c>.</summary>
public static class ModelBuffers
{
    /// <summary>The caller's image, copied to where kernels may read beyond its end. No graph value has an empty name.</summary>
    public const string GivenInput = "";

    public static ImmutableArray<BufferLife> Of(ModelPlan plan)
    {
        var lives = new Dictionary<string, BufferLife>(StringComparer.Ordinal);
        var inputBytes = (long)Shapes.Count(plan.Interface.InputShape) * sizeof(float);
        for (var i = 0; i < plan.Subgraphs.Length; i++)
        {
            var subgraph = plan.Subgraphs[i];
            foreach (var operand in subgraph.Operands)
                if (NameOf(operand) is { } name) Use(name, i + 1);
            var bytes = subgraph.Computation.Output.Extents.Aggregate((long)sizeof(float), (n, e) => n * e);
            if (lives.TryAdd(subgraph.Output, new BufferLife(subgraph.Output, bytes, i + 1, i + 1))) continue;
            Use(subgraph.Output, i + 1);
        }

        Use(plan.Interface.Result.Name, plan.Subgraphs.Length + 1);
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
