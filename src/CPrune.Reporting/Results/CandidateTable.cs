using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CPrune.Graph;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Runs;
using CsvHelper;

namespace CPrune.Reporting.Results;

/// <summary>Every candidate as a line of comma-separated values (RFC 4180), for spreadsheets and data frames.</summary>
public static class CandidateTable
{
    public const string FileName = "candidates.csv";

    private static readonly ImmutableArray<string> s_phases =
        [PhaseClock.Choosing, PhaseClock.Tuning, PhaseClock.Measuring, PhaseClock.Recalibrating, PhaseClock.Training, PhaseClock.Evaluating];

    private static readonly ImmutableArray<(string Name, Func<CandidateRecord, object?> Value)> s_columns =
    [
        ("number", c => c.Number), ("taskLabel", c => c.TaskLabel), ("layers", c => string.Join(' ', c.Layers)), ("step", c => c.Step),
        ("ratio", c => c.Ratio), ("ratioLow", c => c.RatioLow), ("ratioHigh", c => c.RatioHigh), ("latencySeconds", c => c.LatencySeconds),
        ("selectionTop1", c => c.SelectionTop1), ("accuracyChange", c => c.AccuracyChange?.Change),
        ("accuracyChangeLow", c => c.AccuracyChange?.Low), ("accuracyChangeHigh", c => c.AccuracyChange?.High),
        ("foreseenLoss", c => c.ForeseenLoss), ("trainedImages", c => c.TrainedImages),
        ("verdict", c => c.Verdict.ToString()), ("reason", c => c.Reason), ("cutReason", c => c.CutReason),
        ("trials", c => c.Trials), ("elapsedSeconds", c => c.ElapsedSeconds),
        .. s_phases.Select(phase => ($"{phase}Seconds", (Func<CandidateRecord, object?>)(c => Seconds(c, phase)))),
    ];

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="UserErrorException">Kind Output: the file cannot be written.</exception>
    public static void Write(RunRecord record, string path) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(Of(record)));

    /// <summary>A line of names, then a line a candidate; what was not measured is empty.</summary>
    public static string Of(RunRecord record)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, CultureInfo.InvariantCulture))
        {
            foreach (var (name, _) in s_columns) csv.WriteField(name);
            csv.NextRecord();
            foreach (var candidate in record.Candidates)
            {
                foreach (var (_, value) in s_columns) csv.WriteField(value(candidate));
                csv.NextRecord();
            }
        }

        return text.ToString();
    }

    private static double? Seconds(CandidateRecord candidate, string phase) =>
        candidate.Phases.IsEmpty ? null : candidate.Phases.Where(p => p.Phase == phase).Sum(p => p.Seconds);
}
