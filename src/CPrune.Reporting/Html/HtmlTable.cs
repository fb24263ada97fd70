using CPrune.Reporting.Tables;

namespace CPrune.Reporting.Html;

/// <summary>A table of texts as HTML.</summary>
internal static class HtmlTable
{
    public static Markup Of(TextTable table) => Markup.Of($"""
        <div class="wide"><table>
        <tr>{Markup.Join(table.Columns.Select(c => c.RightAligned ? Markup.Of($"""<th class="n">{c.Title}</th>""") : Markup.Of($"<th>{c.Title}</th>")))}</tr>
        {Markup.Join(table.Rows.Select(row => Markup.Of($"<tr>{Markup.Join(row.Select((cell, i) => table.Columns[i].RightAligned ? Markup.Of($"""<td class="n">{cell}</td>""") : Markup.Of($"<td>{cell}</td>")))}</tr>")))}
        </table></div>
        """);
}
