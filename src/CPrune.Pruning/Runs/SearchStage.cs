using CPrune.Pruning.Planning;

namespace CPrune.Pruning.Runs;

/// <summary>A model of a planned search: the original, or what a stage cut and trained.</summary>
/// <param name="Images">That it and the models it was cut from were trained with.</param>
/// <param name="ImagesSinceCut">That it was trained with itself.</param>
/// <param name="Number">Of the stage; 0 for the original.</param>
/// <param name="Loss">Top-1 that is foreseen to be lost on the test set, a share.</param>
internal sealed record SearchStage(JudgedModel Judged, long Images, long ImagesSinceCut, int Number, double Loss = 0)
{
    /// <summary>Logarithm of its speed over the original's, as timed.</summary>
    public double Depth => Math.Log(Judged.Speed);

    /// <param name="error">Standard error of the loss, a share.</param>
    public StageResult Result(double error) => new(Depth, Images, Loss, error);
}
