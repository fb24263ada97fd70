using System.Globalization;
using System.Text.Json.Nodes;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Results;
using CsvHelper;

namespace CPrune.Reporting.Tests;

public sealed class ResultTests : IDisposable
{
    private static readonly RunRecord s_run = SampleRun.Of(candidates: 5, layers: 2, seed: 4) with
    {
        Before = new ModelFigures(3e-3, 4e-3, 0.93, 0.934, 800, 1000, 4000, 0.932, 2000),
        After = new ModelFigures(1.2e-3, 2e-3, 0.9325, 0.929, 200, 400, 1000, 0.928, 500),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-result-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Programs read these names: one that goes is a new format.</summary>
    [Fact]
    public void Names_are_those_of_format_1()
    {
        var result = ResultDocument.Of(s_run);
        Assert.Equal(
            "format model data target policy seed goal limitSeconds startedAt options settings environment elapsedSeconds phases isOriginal speedup before " +
            "after promise candidates tasksBefore tasksAfter channels deadFilters deadFilterOutcome trainedImages trials trace missingFromTrace endReason",
            Names(result));
        Assert.Equal("text kind latencySeconds minTop1 maxLoss", Names(result["goal"]!));
        Assert.Equal("testFloor unseenFloor testImages unseenImages testChange unseenChange readings", Names(result["promise"]!));
        Assert.Equal(
            "accuracyChange cutReason elapsedSeconds foreseenLoss latencySeconds layers number phases ratio ratioHigh ratioLow reason selectionTop1 step taskLabel " +
            "trainedImages trials verdict",
            string.Join(' ', Names(result["candidates"]![0]!).Split(' ').Order(StringComparer.Ordinal)));
        Assert.Equal(1, (int)result["format"]!);
    }

    /// <summary>Every figure differs between the two, and stands where it was put.</summary>
    [Fact]
    public void Before_and_after_are_not_swapped()
    {
        var result = ResultDocument.Of(s_run);
        Check(s_run.Before, result["before"]!);
        Check(s_run.After!, result["after"]!);
        Assert.Equal(2.5, (double)result["speedup"]!, 1e-9);

        static void Check(ModelFigures expected, JsonNode actual) => Assert.Equal(
            (expected.LatencySeconds, expected.ReferenceLatencySeconds, expected.SelectionTop1, expected.TestTop1, expected.UnseenTop1, expected.Parameters, expected.Macs, expected.FileBytes, expected.LibraryBytes),
            ((double)actual["latencySeconds"]!, (double?)actual["referenceLatencySeconds"]!, (double?)actual["selectionTop1"]!, (double?)actual["testTop1"]!, (double?)actual["unseenTop1"]!,
                (long)actual["parameters"]!, (long)actual["macs"]!, (long)actual["fileBytes"]!, (long)actual["libraryBytes"]!));
    }

    [Fact]
    public void The_file_holds_the_same_object_and_nothing_else_is_left()
    {
        var path = Path.Combine(_folder, ResultDocument.FileName);
        ResultDocument.Write(s_run, path);
        Assert.True(JsonNode.DeepEquals(ResultDocument.Of(s_run), JsonNode.Parse(File.ReadAllText(path))));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_run_that_kept_the_original_says_so_and_is_as_fast()
    {
        var result = ResultDocument.Of(s_run with { IsOriginal = true, After = s_run.Before, Promise = null });
        Assert.True((bool)result["isOriginal"]!);
        Assert.Equal(1, (double)result["speedup"]!);
        Assert.Null(result["promise"]);
    }

    [Fact]
    public void Every_candidate_is_a_line_that_reads_back_whatever_its_texts()
    {
        var first = s_run.Candidates[0] with
        {
            Reason = "a \"quoted\", broken\nline",
            TaskLabel = "conv 3x3/1 64→64, twice",
            AccuracyChange = new PairedDifference(-0.01, -0.02, 0.001),
            TrainedImages = null,
        };
        using var csv = new CsvReader(new StringReader(CandidateTable.Of(s_run with { Candidates = [first, .. s_run.Candidates[1..]] })), CultureInfo.InvariantCulture);
        Assert.True(csv.Read() && csv.ReadHeader());
        Assert.Equal(
            "number,taskLabel,layers,step,ratio,ratioLow,ratioHigh,latencySeconds,selectionTop1,accuracyChange,accuracyChangeLow,accuracyChangeHigh,foreseenLoss,trainedImages,verdict,reason,cutReason,trials,"
            + "elapsedSeconds,choosingSeconds,tuningSeconds,measuringSeconds,recalibratingSeconds,trainingSeconds,evaluatingSeconds",
            string.Join(',', csv.HeaderRecord!));
        Assert.True(csv.Read());
        Assert.Equal((first.Reason, first.TaskLabel, first.Verdict.ToString()), (csv.GetField("reason"), csv.GetField("taskLabel"), csv.GetField("verdict")));
        Assert.Equal((first.Ratio, -0.02, ""), (csv.GetField<double?>("ratio"), csv.GetField<double>("accuracyChangeLow"), csv.GetField("trainedImages")));
        var lines = 1;
        while (csv.Read()) lines++;
        Assert.Equal(s_run.Candidates.Length, lines);
    }

    private static string Names(JsonNode node) => string.Join(' ', node.AsObject().Select(f => f.Key));
}
