namespace CPrune.Compiler.Subgraphs;

/// <summary>A buffer that values of one size share, each in channels of its own.</summary>
/// <param name="name">The value it is named after.</param>
/// <param name="image">Rows and columns.</param>
internal sealed class SharedBuffer(string name, ActivationExtents image)
{
    private readonly List<IReadOnlyList<(string Part, int Channels)>> _concatenations = [];
    private readonly Dictionary<string, int> _firstChannels = new(StringComparer.Ordinal);
    private int _channels;

    public Destination Whole => new(name, image with { Channels = _channels });

    /// <summary>Adds the parts of a concatenation, in its order; some may be there already.</summary>
    public void Add(IEnumerable<(string Part, int Channels)> parts) => _concatenations.Add([.. parts]);

    /// <summary>Takes over what another buffer was to hold.</summary>
    public void Absorb(SharedBuffer other) => _concatenations.AddRange(other._concatenations);

    /// <summary>Gives every part its channels. The largest concatenations have all of theirs in order, and so have those inside them.</summary>
    public void LayOut()
    {
        foreach (var (part, channels) in _concatenations.OrderByDescending(c => c.Count).SelectMany(c => c))
            if (_firstChannels.TryAdd(part, _channels)) _channels += channels;
    }

    public Destination At(string part) => Whole with { FirstChannel = _firstChannels[part] };
}
