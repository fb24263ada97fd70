using System.Collections.Immutable;
using CPrune.Training.Data;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Some of the selection split's images, for answers that need not be exact: the split is judged as long as candidates are trained. The interval of a difference on them says how much they can tell.
/// </summary>
internal sealed class SelectionPart
{
    /// <summary>A split that is hardly larger is taken whole.</summary>
    private const double WorthACut = 1.5;

    private readonly ImmutableArray<int> _positions;

    /// <param name="images">As many are taken, at even distances.</param>
    public SelectionPart(ImageSet selection, int images)
    {
        IsWhole = selection.Count <= WorthACut * images;
        _positions = [.. Enumerable.Range(0, IsWhole ? selection.Count : images).Select(i => IsWhole ? i : (int)((long)i * selection.Count / images))];
        Images = IsWhole ? selection : selection.Take(_positions);
    }

    public bool IsWhole { get; }

    public ImageSet Images { get; }

    /// <summary>Of answers on the whole split those on the part.</summary>
    public ImmutableArray<bool> Of(IReadOnlyList<bool> answers) => [.. _positions.Select(p => answers[p])];
}
