using System.Collections.Immutable;
using System.Globalization;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Pruning.Runs;
using CPrune.Reporting;
using CPrune.Reporting.Results;
using CPrune.Training.Data;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>What a run says first: what is to be reached, with what, and where it goes.</summary>
internal static class RunIntroduction
{
    /// <param name="request">With its policy and its folder.</param>
    public static void Tell(IOutput output, PruneRequest request)
    {
        var data = request.Data;
        var coarse = request.Goal.Floor is AccuracyFloor.LosingAtMost(var loss) ? Coarseness.Sentence(data, loss) : null;
        output.Line($"  goal        {GoalText.Of(request.Goal)}");
        output.Line($"  time limit  {Limit(request)}");
        output.Line($"  policy      {request.Policy}, seed {request.Seed}");
        output.Line($"  data        {request.DataSpec}: {Images(data)}");
        output.Line($"  labels      {DataLines.Classes(data.Train.ClassNames)}");
        output.Line($"  normalised  mean {Numbers(data.Normalization.Mean)}, deviation {Numbers(data.Normalization.Std)}");
        output.Line($"  folder      {request.OutputFolder}");
        DataLines.Warn(output, request.Model, data.Train.ClassNames, data.Notes);
        if (coarse is not null) output.Line(coarse);
        output.Event("run", new
        {
            Goal = ResultDocument.GoalOf(request.Goal),
            LimitSeconds = request.TimeLimit?.TotalSeconds,
            request.Policy,
            request.Seed,
            Data = new
            {
                Spec = request.DataSpec,
                Classes = data.Train.ClassNames.Length,
                TrainingImages = data.Train.Count,
                SelectionImages = data.Selection.Count,
                UnseenImages = data.Unseen.Count,
                TestImages = data.Test.Count,
                data.Normalization.Mean,
                data.Normalization.Std,
            },
            Folder = request.OutputFolder,
            PlannedTraining = request.TimeLimit is null ? PlannedTraining.Of(request) : null,
            Coarse = coarse,
        });
    }

    /// <summary>Without a limit the images are known at once; hours are, once the speed was measured.</summary>
    private static string Limit(PruneRequest request)
    {
        if (request.TimeLimit is { } limit) return Durations.Text(limit);
        var planned = PlannedTraining.Of(request);
        return planned.AfterEachCut == 0
            ? $"none; {Figures.Count(planned.Images)} training images are planned"
            : $"none; {Figures.Count(planned.AfterEachCut)} training images are planned after each cut, {Figures.Count(planned.Images)} at the end";
    }

    /// <summary>Beside a validation set of the user's own the whole test set is unseen.</summary>
    private static string Images(DataSplits data)
    {
        var (selection, test) = (Figures.Count(data.Selection.Count), Figures.Count(data.Test.Count));
        var heldOut = data.Unseen.Count == data.Test.Count
            ? $"{selection} to select, {test} to test, all unseen"
            : $"{test} to test, of which {selection} select and {Figures.Count(data.Unseen.Count)} stay unseen";
        return $"{Figures.Count(data.Train.Count)} images to train, {heldOut}";
    }

    private static string Numbers(ImmutableArray<float> values) =>
        string.Join(' ', values.Select(v => v.ToString("0.###", CultureInfo.InvariantCulture)));
}
