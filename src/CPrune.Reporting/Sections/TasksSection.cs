using System.Collections.Immutable;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>
/// Time per task. A cut changes the shapes, and with them the tasks, so before and after are two lists on one scale.
/// </summary>
internal static class TasksSection
{
    public static Markup Of(RunRecord record)
    {
        if (record.TasksBefore.IsEmpty) return Markup.Empty;
        var scale = record.TasksBefore.Concat(record.TasksAfter).Max(Total);
        return Markup.Of($"""
            <h2>Time per task</h2>
            <p class="soft">A task is a shape that occurs × times. Time is that of its fastest program, times its occurrences.</p>
            <h3 class="small">Before: {Figures.Seconds(record.TasksBefore.Sum(Total))} in {record.TasksBefore.Length} tasks</h3>
            {Table(record.TasksBefore, "before", scale)}
            {(record.TasksAfter.IsEmpty ? Markup.Empty : Markup.Of($"""
                <h3 class="small">After: {Figures.Seconds(record.TasksAfter.Sum(Total))} in {record.TasksAfter.Length} tasks</h3>
                {Table(record.TasksAfter, "after", scale)}
                """))}
            """);
    }

    private static Markup Table(ImmutableArray<TaskRow> tasks, string kind, double scale) => Markup.Of($"""
        <div class="wide"><table>
        <tr><th>task</th><th class="n">×</th><th class="n">MACs</th><th class="n">time</th><th>share of the longest</th><th>fastest program</th></tr>
        {Markup.Join(tasks.OrderByDescending(Total).Select(t => Markup.Of($"""
            <tr><td class="name">{t.Label}</td><td class="n">{t.Multiplicity}</td><td class="n">{Figures.Short(t.Macs)}</td><td class="n">{Figures.Seconds(Total(t))}</td>
            <td><div class="bar {kind}" style="width:{(scale > 0 ? 100 * Total(t) / scale : 0)}%"></div></td>
            <td class="program"><details><summary>schedule</summary><code>{t.Schedule}</code></details></td></tr>
            """)))}
        </table></div>
        """);

    private static double Total(TaskRow task) => task.Seconds * task.Multiplicity;
}
