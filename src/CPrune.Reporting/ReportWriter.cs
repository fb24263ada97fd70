using System.Text;
using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Html;
using CPrune.Reporting.Sections;

namespace CPrune.Reporting;

/// <summary>One page that shows what a run did. It reads the record and computes no figure that is not in it.</summary>
public static class ReportWriter
{
    /// <summary>Writes the page whole or not at all.</summary>
    /// <exception cref="UserErrorException">Kind Output: the file cannot be written.</exception>
    public static void Write(RunRecord record, string path) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(Html(record)));

    /// <summary>The page: no script, and nothing that would be loaded from elsewhere.</summary>
    public static string Html(RunRecord record) => Page.Of($"{record.Header.ModelName} · CPrune", Markup.Join(
    [
        HeadlineSection.Of(record),
        SearchSection.Of(record),
        TraceSection.Of(record),
        TasksSection.Of(record),
        ChannelsSection.Of(record),
        CandidatesSection.Of(record),
        PhasesSection.Of(record),
        SetUpSection.Of(record),
    ]));
}
