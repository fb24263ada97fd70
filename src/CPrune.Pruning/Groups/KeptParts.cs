namespace CPrune.Pruning.Groups;

/// <summary>Which positions of a group may still go when others have gone: of every part (<see cref="ChannelGroup.Parts"/>) one stays.</summary>
public sealed class KeptParts
{
    private readonly int[] _left;
    private readonly List<int>[] _partsOf;

    public KeptParts(ChannelGroup group)
    {
        _left = [.. group.Parts.Select(p => p.Length)];
        _partsOf = [.. Enumerable.Range(0, group.Channels).Select(_ => new List<int>())];
        for (var part = 0; part < _left.Length; part++)
            foreach (var position in group.Parts[part]) _partsOf[position].Add(part);
    }

    /// <summary>Takes a position out, once; false, and nothing happens, where it is the last one of a part.</summary>
    public bool TryTake(int position)
    {
        if (_partsOf[position].Any(part => _left[part] == 1)) return false;
        foreach (var part in _partsOf[position]) _left[part]--;
        return true;
    }
}
