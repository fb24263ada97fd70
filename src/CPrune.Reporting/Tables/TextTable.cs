using System.Collections.Immutable;

namespace CPrune.Reporting.Tables;

/// <param name="RightAligned">A column of numbers.</param>
public sealed record TextColumn(string Title, bool RightAligned = false);

/// <summary>A table of finished texts.</summary>
public sealed record TextTable(ImmutableArray<TextColumn> Columns, ImmutableArray<ImmutableArray<string>> Rows, string? Title = null)
{
    /// <summary>Aligned with spaces, without lines.</summary>
    public IEnumerable<string> Lines()
    {
        if (Title is not null) yield return Title;
        var widths = Columns.Select((c, i) => Rows.Select(r => r[i].Length).Append(c.Title.Length).Max()).ToArray();
        yield return Line(Columns.Select(c => c.Title), widths);
        yield return Line(widths.Select(w => new string('-', w)), widths);
        foreach (var row in Rows) yield return Line(row, widths);
    }

    /// <summary>As GitHub's Markdown.</summary>
    public IEnumerable<string> Markdown()
    {
        yield return Row(Columns.Select(c => c.Title));
        yield return Row(Columns.Select(c => c.RightAligned ? "---:" : "---"));
        foreach (var row in Rows) yield return Row(row);

        static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))} |";
    }

    private string Line(IEnumerable<string> cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, i) => Columns[i].RightAligned ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd();
}
