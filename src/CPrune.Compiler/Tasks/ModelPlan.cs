using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Subgraphs;
using CPrune.Graph;

namespace CPrune.Compiler.Tasks;

/// <summary>Equal subgraphs share one task (method.md).</summary>
/// <param name="Key">The exact workload, <see cref="Computation.Key"/>.</param>
/// <param name="Subgraphs">In graph order; its count is the task's multiplicity.</param>
public sealed record TuningTask(string Key, Computation Computation, ImmutableArray<Subgraph> Subgraphs)
{
    public int Multiplicity => Subgraphs.Length;

    /// <summary>A short human name: <c>conv 3x3/1 64→64 @8x8 +add +relu ×8</c>.</summary>
    public string Label => throw new NotImplementedException();
}

/// <summary>A model cut into subgraphs, for batch 1. The graph is the caller's own; folding happens inside.</summary>
public sealed record ModelPlan(ModelGraph Graph, ImmutableArray<Subgraph> Subgraphs, ImmutableArray<TuningTask> Tasks)
{
    /// <exception cref="UserErrorException">Kind Model: an operator that cannot be compiled, named with its node.</exception>
    public static ModelPlan Of(ModelGraph graph) => throw new NotImplementedException();
}
