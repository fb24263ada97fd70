using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Models;

/// <summary>
/// Values that are written over one that nobody needs any more, as a sum is over what was added last. A kernel may do that when it reads every element of the
/// old value just where it writes the new one, and computes none twice.
/// </summary>
internal static class InPlace
{
    /// <summary>By value, the value whose memory it takes over.</summary>
    public static ImmutableDictionary<string, string> Of(ModelLayout layout, Target target)
    {
        var subgraphs = layout.Plan.Subgraphs;
        var lives = ModelBuffers.Of(layout.Plan, layout.CallOf).ToDictionary(l => l.Name, StringComparer.Ordinal);
        var taken = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < subgraphs.Length; i++)
        {
            var call = layout.CallOf[i];
            if (layout.Calls[call].Members.Length > 1 || ComputesTwice(subgraphs[i].Computation, layout.ScheduleOf(i), target)) continue;
            var output = lives[subgraphs[i].Output];
            var old = OverwritableOperands(subgraphs[i]).Select(name => lives[name]).FirstOrDefault(l => l.Last == output.First && l.Bytes == output.Bytes);
            if (old is not null && output.First == call + 1) taken.Add(output.Name, old.Name);
        }

        return taken.ToImmutable();
    }

    /// <summary>The lives of the memory that is left: that of a value lasts until the last of those that take it over.</summary>
    public static IEnumerable<BufferLife> Merge(IEnumerable<BufferLife> lives, IReadOnlyDictionary<string, string> inPlace) =>
        lives.GroupBy(l => RootOf(l.Name, inPlace), StringComparer.Ordinal)
            .Select(g => new BufferLife(g.Key, g.Max(l => l.Bytes), g.Min(l => l.First), g.Max(l => l.Last)));

    /// <summary>The value that first lay where a value lies.</summary>
    public static string RootOf(string value, IReadOnlyDictionary<string, string> inPlace)
    {
        while (inPlace.TryGetValue(value, out var before)) value = before;
        return value;
    }

    /// <summary>Values that are read at the output's own element and nowhere else.</summary>
    private static IEnumerable<string> OverwritableOperands(Subgraph subgraph)
    {
        var computation = subgraph.Computation;
        var inputs = computation.Inputs.Zip(subgraph.Operands).ToList();
        return inputs.Select(i => i.Second).OfType<Operand.Value>().Select(v => v.Name).Distinct().Where(IsReadInPlace);

        bool IsReadInPlace(string value)
        {
            var reads = inputs.Where(i => (i.Second as Operand.Value)?.Name == value).ToList();
            if (reads.Exists(i => ((Operand.Value)i.Second).Offset != subgraph.OutputOffset)) return false;
            var buffers = reads.Select(i => i.First.Name).ToHashSet(StringComparer.Ordinal);
            return computation.Term.Reads().All(r => !buffers.Contains(r.Buffer.Name) || (computation.Reducer == Reducer.None && IsOwnElement(r)))
                && computation.Epilogue.Reads().All(r => !buffers.Contains(r.Buffer.Name) || IsOwnElement(r));
        }

        bool IsOwnElement(Expr.Read read) =>
            read.Buffer.Extents.SequenceEqual(computation.Output.Extents) && read.Buffer.Block == computation.Output.Block
            && read.Indices.Zip(computation.OutputIndices).All(p => p.First.Offset == p.Second.Offset && p.First.Terms.SequenceEqual(p.Second.Terms));
    }

    /// <summary>Whether some element is computed more than once.</summary>
    internal static bool ComputesTwice(Computation computation, Schedule schedule, Target target) =>
        ScheduledNest.Apply(computation, schedule, target) is not ScheduleResult.Ok { Nest: var nest } || computation.Axes.Any(a => AxisPositions.Overlaps(nest, a));
}
