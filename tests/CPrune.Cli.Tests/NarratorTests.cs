using CPrune.Cli.Commands.Pruning;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Tests;

/// <summary>What a run says first and while it works.</summary>
public sealed class NarratorTests : IDisposable
{
    private readonly StringWriter _text = new();
    private readonly List<WorkProgress> _progress = [];

    public void Dispose() => _text.Dispose();

    [Fact]
    public void Progress_never_goes_back_or_past_its_end()
    {
        var narrator = Narrator(Request());
        foreach (var fraction in new[] { 0.1, 0.3, 0.2, 1.7, 0.9 }) narrator.Report(Advanced(fraction));
        Assert.Equal([0.1, 0.3, 0.3, 1, 1], _progress.Select(p => p.Fraction));
    }

    [Fact]
    public void Progress_begins_where_the_earlier_sitting_was()
    {
        var narrator = Narrator(Request() with { TimeLimit = TimeSpan.FromMinutes(100) });
        narrator.Report(new RunEvent.Resumed(7, TimeSpan.FromMinutes(40)));
        narrator.Report(Advanced(0.1));
        narrator.Report(Advanced(0.5));
        Assert.Equal([0.4, 0.4, 0.5], _progress.Select(p => p.Fraction));
    }

    [Fact]
    public void The_best_so_far_of_a_planned_search_is_one_over_the_ratio_of_what_was_accepted()
    {
        var narrator = Narrator(Request());
        var candidate = new CandidateRecord(1, "widths", ["a"], 8, 0.5, 0.49, 0.51, 1, 0.9, Verdict.Accepted, "", 1, 1);
        narrator.Report(new RunEvent.CandidateTried(candidate));
        narrator.Report(new RunEvent.CandidateTried(candidate with { Ratio = 0.25, Verdict = Verdict.TooInaccurate }));
        narrator.Report(Advanced(0.5));
        Assert.Equal("training, best so far 2.00×", _progress.Single().Detail);
    }

    [Fact]
    public void A_run_says_first_what_is_asked_for()
    {
        RunIntroduction.Tell(new PlainOutput(_text, TimeProvider.System), Request());
        Assert.Equal(
            [
                "  goal        as fast as can be while losing at most 1 points of top-1",
                "  time limit  none; 100,000 training images are planned",
                "  policy      knapsack, seed 0",
                "  data        cifar: 1,000 images to train, 100 to test, of which 40 select and 60 stay unseen",
                "  labels      2 classes: 0 a, 1 b",
                "  normalised  mean 0.5, deviation 0.25",
                "  folder      out",
                "The held-out images are few for this goal: one image of the 40 for selection is 2.50 points, one of the 60 unseen is 1.67 points, "
                    + "so that a loss of 1 points can hardly be told from chance.",
            ],
            Lines());
    }

    [Fact]
    public void Images_enough_are_not_spoken_of()
    {
        var request = Request();
        var data = request.Data with { Selection = Images(4000), Unseen = Images(6000), Test = Images(10_000) };
        RunIntroduction.Tell(new PlainOutput(_text, TimeProvider.System), request with { Data = data, TimeLimit = TimeSpan.FromMinutes(30) });
        Assert.Equal(7, Lines().Length);
        Assert.Equal("  time limit  30m00s", Lines()[1]);
    }

    [Fact]
    public void Floor_and_coarseness_of_a_floor_are_said_once_the_original_was_read()
    {
        var request = Request(new AccuracyFloor.AtLeast(0.92));
        RunIntroduction.Tell(new PlainOutput(_text, TimeProvider.System), request);
        Assert.Equal(7, Lines().Length);
        Narrator(request).Report(new RunEvent.OriginalRead(0.93, 0.925, 0.94));
        Assert.Equal(
            ["Original: top-1 93.00 % on the test set (92.50 % on its unseen part), 94.00 % on the selection part.", "Floor: 92.00 % on the test set, 92.00 % on its unseen part."],
            Lines()[7..9]);
        Assert.StartsWith("The held-out images are few for this goal: ", Lines()[9], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_limit_the_time_is_told_once_the_speed_is_known()
    {
        var narrator = Narrator(Request());
        narrator.Report(Advanced(0.1));
        narrator.Report(Advanced(0.1) with { ImagesPerSecond = 20 });
        narrator.Report(Advanced(0.1) with { ImagesPerSecond = 30 });
        Assert.Equal("At the speed measured, 20 training images a second, the 100,000 that are planned take about 1h23m.", Assert.Single(Lines()));
        Assert.Equal(
            "At the speed measured, 20 training images a second, a training after a cut takes about 4m10s, the one at the end about 1h23m.",
            TrainingEstimate.Sentence(PlannedTraining.Of(Request() with { Policy = "cprune" }), 20));
    }

    private static RunEvent.Advanced Advanced(double fraction) => new(fraction, null, "training", "training");

    private RunNarrator Narrator(PruneRequest request) => new(new PlainOutput(_text, TimeProvider.System), new Relay<WorkProgress>(_progress.Add), request);

    private string[] Lines() => _text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static PruneRequest Request(AccuracyFloor? floor = null)
    {
        var data = new DataSplits(Images(1000), Images(40), Images(60), Images(100), new Normalization([0.5f], [0.25f]), new Augmentation(0, false), "print");
        return new PruneRequest(
            "m.onnx", default, NetworkCatalog.Find("resnet20", classes: 2, channels: 1, size: 16), "cifar", data,
            new Goal.Accuracy(floor ?? new AccuracyFloor.LosingAtMost(0.01)), null, 0, "out", new Dictionary<string, string>());
    }

    private static ImageSet Images(int count) => new(1, 1, 1, new byte[count], [.. Enumerable.Range(0, count).Select(i => i % 2)], ["a", "b"]);
}
