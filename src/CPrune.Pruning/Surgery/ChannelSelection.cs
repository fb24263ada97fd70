using System.Collections.Immutable;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>Which positions of which groups go, checked against the analysis.</summary>
internal sealed class ChannelSelection
{
    private readonly ChannelAnalysis _analysis;
    private readonly bool[]?[] _removed;

    /// <exception cref="ArgumentException">
    /// A group that must be left alone, a position out of range, or so many positions that a layer or a value would have no channel left.
    /// </exception>
    public ChannelSelection(ChannelAnalysis analysis, IReadOnlyDictionary<int, IReadOnlyCollection<int>> positionsByGroup)
    {
        _analysis = analysis;
        _removed = new bool[]?[analysis.Groups.Length];
        foreach (var (id, positions) in positionsByGroup)
        {
            if (id < 0 || id >= _removed.Length) throw new ArgumentException($"the model has no group {id}", nameof(positionsByGroup));
            if (positions.Count > 0) _removed[id] = Flags(analysis.Groups[id], positions);
        }

        foreach (var (name, layout) in analysis.Values)
            if (layout is ChannelLayout.Known known) CheckSomethingStays(name, known.Atoms);
    }

    public bool IsRemoved(int atom) =>
        _analysis.PlaceOf(atom) is ( >= 0, _) place && _removed[place.Group] is { } flags && flags[place.Position];

    public bool TouchesAny(ImmutableArray<int> atoms) => atoms.Any(IsRemoved);

    public int CountKept(ImmutableArray<int> atoms) => atoms.Count(a => !IsRemoved(a));

    /// <summary>The indices that stay, or null where all do.</summary>
    public ImmutableArray<int>? Kept(ImmutableArray<int> atoms)
    {
        if (!TouchesAny(atoms)) return null;
        return [.. Enumerable.Range(0, atoms.Length).Where(i => !IsRemoved(atoms[i]))];
    }

    private static bool[] Flags(ChannelGroup group, IReadOnlyCollection<int> positions)
    {
        if (group.FrozenReason is { } reason)
            throw new ArgumentException($"the channels of {group.Layers[0]} must be left alone: {reason}");
        var flags = new bool[group.Channels];
        foreach (var position in positions)
        {
            if (position < 0 || position >= group.Channels)
                throw new ArgumentException($"the channels of {group.Layers[0]} are 0 to {group.Channels - 1}; {position} is not one of them");
            flags[position] = true;
        }

        return flags;
    }

    private void CheckSomethingStays(string value, ImmutableArray<int> atoms)
    {
        if (atoms.Length > 0 && atoms.All(IsRemoved))
            throw new ArgumentException($"value '{value}' would have none of its {atoms.Length} channels left");
    }
}
