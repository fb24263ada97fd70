using System.Reflection;

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
        {Style()}
        </style>
        </head>
        <body>
        <main>
        {body}
        </main>
        </body>
        </html>

        """).Text;

    private static Markup Style()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")
            ?? throw new InvalidOperationException("the report's style sheet is not built in");
        using var reader = new StreamReader(stream);
        return new Markup(reader.ReadToEnd());
    }
}
