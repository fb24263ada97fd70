using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Subgraphs;

namespace CPrune.Compiler.Tasks;

/// <summary>Equal subgraphs share one task (docs/how-it-works.md, "Words").</summary>
/// <param name="Key">The exact workload, <see cref="Computation.Key"/>.</param>
/// <param name="Subgraphs">In graph order; its count is the task's multiplicity.</param>
public sealed record TuningTask(string Key, Computation Computation, ImmutableArray<Subgraph> Subgraphs)
{
    public int Multiplicity => Subgraphs.Length;

    /// <summary>The nodes whose filters its loops run over, in graph order; none for a task that prepares, or finishes, the work of others.</summary>
    public IEnumerable<string> Layers => Subgraphs.Where(s => s.IsMain).Select(s => s.Anchor);

    /// <summary>A short human name: <c>conv 3x3/1 64→64 @8x8 +add +relu</c>.</summary>
    public string Label => Subgraphs[0].Description;

    /// <summary>The tasks of some subgraphs, in the order in which they first occur.</summary>
    public static ImmutableArray<TuningTask> GroupsOf(IEnumerable<Subgraph> subgraphs) =>
        [.. subgraphs.GroupBy(s => s.Computation.Key, StringComparer.Ordinal).Select(g => new TuningTask(g.Key, g.First().Computation, [.. g]))];
}
