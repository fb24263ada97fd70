namespace CPrune.Reporting.Html;

/// <summary>One self-contained page: the style is inside, and nothing is loaded from anywhere.</summary>
internal static class Page
{
    public static string Of(string title, Markup body) => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title}</title>
        <style>
        {Markup.Resource("report.css")}
        </style>
        </head>
        <body>
        <main>
        {body}
        </main>
        </body>
        </html>

        """).Text;
}
