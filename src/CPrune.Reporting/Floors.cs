using CPrune.Pruning.Runs;

namespace CPrune.Reporting;

/// <summary>The accuracies that are asked for, on each part of the held-out images: shares of 1.</summary>
/// <param name="Test">On the whole test set.</param>
/// <param name="Unseen">On the images that nothing is decided on.</param>
/// <param name="Selection">On the selection part: as many points below the original as on the test set.</param>
public sealed record Floors(double Test, double Unseen, double Selection)
{
    /// <returns>Null if accuracy is no condition, or the original was not read.</returns>
    public static Floors? Of(RunRecord record) =>
        record is { Goal: { } goal, Before: { TestTop1: { } test, SelectionTop1: { } selection } before }
            ? Of(goal, test, before.UnseenTop1 ?? test, selection)
            : null;

    /// <summary>The same from the original's own accuracies.</summary>
    public static Floors? Of(Goal goal, double test, double unseen, double selection) => goal.Floor is { } floor
        ? new(floor.On(test), floor.On(unseen), selection - (test - floor.On(test)))
        : null;

    /// <summary>For example <c>92.40 % on the test set, 92.31 % on its unseen part</c>.</summary>
    public override string ToString() => $"{Figures.Percent(Test)} on the test set, {Figures.Percent(Unseen)} on its unseen part";
}
