using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>The promise: accuracy on the held-out images before and after, with the interval of the difference, beside the floor.</summary>
internal static class HeldOutTable
{
    public static Markup Of(RunRecord record) => record is { Promise: { } promise, After: { } after }
        ? Markup.Of($"""
            <h3 class="small">Accuracy on held-out images</h3>
            <p class="soft">The change is counted image by image, with its 95 % interval.
            Nothing was decided on the unseen part; {Readings(promise.Readings)} read there.</p>
            <div class="wide"><table>
            <tr><th></th><th class="n">images</th><th class="n">floor</th><th class="n">before</th><th class="n">after</th><th class="n">change, points</th></tr>
            {Row("whole test set", promise.TestImages, promise.TestFloor, record.Before.TestTop1, after.TestTop1, promise.TestChange)}
            {Row("unseen part", promise.UnseenImages, promise.UnseenFloor, record.Before.UnseenTop1, after.UnseenTop1, promise.UnseenChange)}
            </table></div>
            """)
        : Markup.Empty;

    private static string Readings(int models) => models == 1 ? "one model beside the original was" : $"{models} models beside the original were";

    private static Markup Row(string name, int images, double floor, double? before, double? after, PairedDifference change) => Markup.Of($"""
        <tr><td>{name}</td><td class="n">{Figures.Count(images)}</td><td class="n">{Figures.Percent(floor)}</td><td class="n">{Percent(before)}</td>
        <td class="n">{Percent(after)}</td><td class="n">{Figures.Points(change.Change)} [{Figures.Points(change.Low)}, {Figures.Points(change.High)}]</td></tr>
        """);

    private static string Percent(double? share) => share is { } s ? Figures.Percent(s) : HeadlineFigures.NotMeasured;
}
