using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>One step from the root of a nest to a place in it.</summary>
internal abstract record IndexFrame
{
    private IndexFrame()
    {
    }

    internal sealed record Turns(string Variable, int Begin, int End) : IndexFrame;

    internal sealed record Minimum(string Variable, AffineIndex Value, int AtMost) : IndexFrame;

    internal sealed record Condition(AffineIndex Index, long From, long Below) : IndexFrame;
}

/// <summary>Which values an index takes at a place of a nest, found by running through the variables it depends on.</summary>
internal sealed class IndexValues
{
    private readonly IndexFrame[] _frames;
    private readonly int[] _slots;
    private readonly (int Slot, int Coefficient)[][] _terms;
    private readonly (int Slot, int Coefficient)[] _index;
    private readonly int _offset;
    private readonly long[] _variables;
    private readonly bool[] _taken;

    private IndexValues(IndexFrame[] frames, AffineIndex index, bool[] taken)
    {
        (_frames, _taken, _offset) = (frames, taken, index.Offset);
        var slots = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var frame in frames)
            if (VariableOf(frame) is { } variable) slots.TryAdd(variable, slots.Count);
        _variables = new long[slots.Count];
        _slots = [.. frames.Select(f => VariableOf(f) is { } variable ? slots[variable] : -1)];
        _terms = [.. frames.Select(f => Terms(IndexOf(f)))];
        _index = Terms(index);

        (int, int)[] Terms(AffineIndex? of) => of is null ? [] : [.. of.Terms.Select(t => (slots[t.Axis], t.Coefficient))];
    }

    /// <summary>Sets <paramref name="taken"/> for every value that <paramref name="index"/> takes below <paramref name="frames"/>; values outside it are left out.</summary>
    public static void Mark(IEnumerable<IndexFrame> frames, AffineIndex index, bool[] taken) =>
        new IndexValues(Bearing([.. frames], index), index, taken).Run(0);

    /// <summary>The frames that bear on an index, directly or through a condition or a definition.</summary>
    private static IndexFrame[] Bearing(IndexFrame[] frames, AffineIndex index)
    {
        var relevant = index.Terms.Select(t => t.Axis).ToHashSet(StringComparer.Ordinal);
        for (var before = -1; before != relevant.Count;)
        {
            before = relevant.Count;
            foreach (var frame in frames)
                if (IndexOf(frame) is { } other && Bears(frame)) relevant.UnionWith(other.Terms.Select(t => t.Axis));
        }
        return [.. frames.Where(Bears)];

        bool Bears(IndexFrame frame) => VariableOf(frame) is { } variable ? relevant.Contains(variable) : IndexOf(frame)!.Terms.Any(t => relevant.Contains(t.Axis));
    }

    private static string? VariableOf(IndexFrame frame) => frame switch
    {
        IndexFrame.Turns turns => turns.Variable,
        IndexFrame.Minimum let => let.Variable,
        _ => null,
    };

    private static AffineIndex? IndexOf(IndexFrame frame) => frame switch
    {
        IndexFrame.Minimum let => let.Value,
        IndexFrame.Condition condition => condition.Index,
        _ => null,
    };

    private void Run(int depth)
    {
        if (depth == _frames.Length)
        {
            var value = Evaluate(_index, _offset);
            if (value >= 0 && value < _taken.Length) _taken[value] = true;
            return;
        }
        switch (_frames[depth])
        {
            case IndexFrame.Turns turns:
                for (var i = turns.Begin; i < turns.End; i++)
                {
                    _variables[_slots[depth]] = i;
                    Run(depth + 1);
                }
                break;
            case IndexFrame.Minimum let:
                _variables[_slots[depth]] = Math.Min(Evaluate(_terms[depth], let.Value.Offset), let.AtMost);
                Run(depth + 1);
                break;
            case IndexFrame.Condition condition:
                var tested = Evaluate(_terms[depth], condition.Index.Offset);
                if (tested >= condition.From && tested < condition.Below) Run(depth + 1);
                break;
        }
    }

    private long Evaluate((int Slot, int Coefficient)[] terms, long sum)
    {
        foreach (var (slot, coefficient) in terms) sum += coefficient * _variables[slot];
        return sum;
    }
}
