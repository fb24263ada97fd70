using CPrune.Graph;
using Spectre.Console;

namespace CPrune.Cli.Output;

/// <summary>For somebody at a terminal: colours, tables, and a bar that moves below the lines already said.</summary>
internal sealed class LiveOutput(IAnsiConsole console) : IOutput
{
    public void Line(string text = "", Tone tone = Tone.Plain) => console.MarkupLine(tone switch
    {
        Tone.Good => $"[green]{Shown(text)}[/]",
        Tone.Bad => $"[red]{Shown(text)}[/]",
        Tone.Faint => $"[grey]{Shown(text)}[/]",
        Tone.Heading => $"[bold]{Shown(text)}[/]",
        _ => Shown(text),
    });

    public void Table(TextTable table)
    {
        var shown = new Table { Border = TableBorder.Rounded };
        if (table.Title is not null) shown.Title = new TableTitle(Shown(table.Title));
        foreach (var column in table.Columns)
        {
            shown.AddColumn(new TableColumn($"[bold]{Shown(column.Title)}[/]")
            {
                Alignment = column.RightAligned ? Justify.Right : Justify.Left,
                NoWrap = column.RightAligned,
            });
        }

        foreach (var row in table.Rows) shown.AddRow([.. row.Select(cell => new Markup(Shown(cell)))]);
        console.Write(shown);
    }

    public void Event(string name, object fields)
    {
    }

    public Task<T> WithProgressAsync<T>(string title, Func<IProgress<WorkProgress>, Task<T>> work) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Shown(title));
                return await work(new Relay<WorkProgress>(p =>
                {
                    task.Value = 100 * Math.Clamp(p.Fraction, 0, 1);
                    task.Description = $"{Shown(p.Title ?? title)} [grey]{Shown(Shortened(p.Detail))}[/]";
                }));
            });

    private static string Shown(string text) => Markup.Escape(Printable.Of(text));

    private string Shortened(string detail)
    {
        var room = Math.Max(10, console.Profile.Width - 70);
        return detail.Length <= room ? detail : detail[..(room - 1)] + "…";
    }
}
