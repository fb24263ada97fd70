using System.Globalization;
using CPrune.Cli.Options;
using CPrune.Pruning.Runs;
using CPrune.Reporting;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>How long the planned training of a run without a limit takes, at a measured speed.</summary>
internal static class TrainingEstimate
{
    /// <param name="planned">What the run trains.</param>
    /// <param name="speed">Images a second.</param>
    public static string Sentence(PlannedTraining planned, double speed)
    {
        var measured = string.Create(CultureInfo.InvariantCulture, $"At the speed measured, {speed:0.#} training images a second, ");
        return measured + (planned.AfterEachCut == 0
            ? $"the {Figures.Count(planned.Images)} that are planned take about {Time(planned.Images)}."
            : $"a training after a cut takes about {Time(planned.AfterEachCut)}, the one at the end about {Time(planned.Images)}.");

        string Time(long images) => Durations.Text(TimeSpan.FromSeconds(images / speed));
    }
}
