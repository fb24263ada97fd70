using CPrune.Graph;
using Spectre.Console;

namespace CPrune.Cli.Output;

/// <summary>For somebody at a terminal: colours, tables, and a bar that moves below the lines already said.</summary>
internal sealed class LiveOutput(IAnsiConsole console) : IOutput
{
    public void Line(string text = "", Tone tone = Tone.Plain) => console.MarkupLine(tone switch
    {
        Tone.Good => $"[green]{Markup.Escape(text)}[/]",
        Tone.Bad => $"[red]{Markup.Escape(text)}[/]",
        Tone.Faint => $"[grey]{Markup.Escape(text)}[/]",
        Tone.Heading => $"[bold]{Markup.Escape(text)}[/]",
        _ => Markup.Escape(text),
    });

    public void Table(TextTable table)
    {
        var shown = new Table { Border = TableBorder.Rounded };
        if (table.Title is not null) shown.Title = new TableTitle(Markup.Escape(table.Title));
        foreach (var column in table.Columns)
        {
            shown.AddColumn(new TableColumn($"[bold]{Markup.Escape(column.Title)}[/]")
            {
                Alignment = column.RightAligned ? Justify.Right : Justify.Left,
                NoWrap = column.RightAligned,
            });
        }

        foreach (var row in table.Rows) shown.AddRow([.. row.Select(cell => new Markup(Markup.Escape(cell)))]);
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
                var task = context.AddTask(Markup.Escape(title));
                return await work(new Relay<WorkProgress>(p =>
                {
                    task.Value = 100 * Math.Clamp(p.Fraction, 0, 1);
                    task.Description = $"{Markup.Escape(p.Title ?? title)} [grey]{Markup.Escape(Shortened(p.Detail))}[/]";
                }));
            });

    private string Shortened(string detail)
    {
        var room = Math.Max(10, console.Profile.Width - 70);
        return detail.Length <= room ? detail : detail[..(room - 1)] + "…";
    }
}
