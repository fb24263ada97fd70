using CPrune.Graph;

namespace CPrune.Training.Recipes;

/// <summary>The model whose soft labels a student learns from.</summary>
public sealed record Teacher(ModelGraph Graph)
{
    /// <summary>Path of a shared library compiled from <see cref="Graph"/>, which answers instead of torch; null for torch.</summary>
    public string? Library { get; init; }
}
