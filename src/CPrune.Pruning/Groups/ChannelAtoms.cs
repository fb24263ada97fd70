using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>
/// Channels as elements of a disjoint-set forest (Tarjan, 1975). Two atoms in one set can only be removed together; a set that is frozen
/// cannot be removed at all. Nearly linear in the number of atoms and of questions about them.
/// </summary>
internal sealed class ChannelAtoms
{
    private readonly List<int> _parents = [];
    private readonly List<string?> _reasons = [];

    public int Count => _parents.Count;

    /// <summary>Links followed so far.</summary>
    public long Steps { get; private set; }

    public ImmutableArray<int> Fresh(int count)
    {
        var atoms = ImmutableArray.CreateBuilder<int>(count);
        for (var i = 0; i < count; i++)
        {
            atoms.Add(_parents.Count);
            _parents.Add(_parents.Count);
            _reasons.Add(null);
        }

        return atoms.MoveToImmutable();
    }

    public ImmutableArray<int> FreshFrozen(int count, string reason)
    {
        var atoms = Fresh(count);
        Freeze(atoms, reason);
        return atoms;
    }

    /// <summary>The representative of an atom's set.</summary>
    public int Find(int atom)
    {
        Steps++;
        while (_parents[atom] != atom)
        {
            Steps++;
            _parents[atom] = _parents[_parents[atom]];
            atom = _parents[atom];
        }

        return atom;
    }

    /// <summary>Ties two channels. The older atom represents both, so that results do not depend on the order of ties.</summary>
    public void Tie(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b) return;
        var (root, child) = a < b ? (a, b) : (b, a);
        _parents[child] = root;
        _reasons[root] ??= _reasons[child];
    }

    /// <summary>Ties channel i of one list with channel i of the other.</summary>
    public void Tie(ImmutableArray<int> a, ImmutableArray<int> b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"{a.Length} channels cannot be tied with {b.Length}", nameof(b));
        for (var i = 0; i < a.Length; i++) Tie(a[i], b[i]);
    }

    /// <summary>The first reason given is the one that stays.</summary>
    public void Freeze(ImmutableArray<int> atoms, string reason)
    {
        foreach (var atom in atoms) _reasons[Find(atom)] ??= reason;
    }

    /// <summary>Why the atom's set cannot be removed, or null where it can.</summary>
    public string? ReasonOf(int atom) => _reasons[Find(atom)];
}
