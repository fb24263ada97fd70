using System.Collections.Immutable;

namespace CPrune.Pruning.Staircases;

/// <summary>A staircase that was measured, for layers that were equal at all widths.</summary>
/// <param name="InputsVary">The layers were measured at several widths of their input; otherwise their input has one width, or that of their output.</param>
/// <param name="OutputsVary">They were measured with several numbers of filters.</param>
/// <param name="Points">All that was measured.</param>
/// <param name="Cells"><see cref="LayerStaircase.Cells"/>.</param>
public sealed record SurveyedKind(
    ImmutableArray<string> Layers, bool InputsVary, bool OutputsVary, ImmutableArray<StairPoint> Points, ImmutableArray<StairCell> Cells);

/// <summary>Staircases that a run has measured: how the time of a layer depends on its widths is not measured again for every model that is cut from the first.</summary>
public interface IStaircaseMemory
{
    /// <returns>Null for a layer that has not been measured.</returns>
    SurveyedKind? Of(string layer);

    /// <param name="trials">Programs measured for them; what records held already does not count.</param>
    void Keep(ImmutableArray<SurveyedKind> kinds, int trials);
}

/// <summary>Remembers nothing: for times that cost nothing.</summary>
public sealed class NoStaircaseMemory : IStaircaseMemory
{
    public SurveyedKind? Of(string layer) => null;

    public void Keep(ImmutableArray<SurveyedKind> kinds, int trials)
    {
    }
}
