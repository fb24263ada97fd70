using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Training.Recipes;

/// <summary>The model whose soft labels a student learns from.</summary>
public sealed record Teacher(ModelGraph Graph)
{
    /// <summary>Path of a shared library compiled from <see cref="Graph"/>, which answers instead of torch; null for torch.</summary>
    public string? Library { get; init; }

    /// <summary>
    /// Names of layers, which are in both, whose inputs the student learns, too (Romero et al., "FitNets: Hints for Thin Deep Nets", ICLR
    /// 2015). If there are any, torch answers, because a library gives scores only.
    /// </summary>
    public ImmutableArray<string> Hints { get; init; } = [];
}
