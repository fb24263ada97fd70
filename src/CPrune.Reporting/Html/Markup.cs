using System.Reflection;

namespace CPrune.Reporting.Html;

/// <summary>
/// Finished HTML. It is made from interpolated strings whose holes are escaped unless they are markup themselves, so that no text of a
/// model or a run can become markup by being forgotten.
/// </summary>
internal readonly record struct Markup(string Text)
{
    public static Markup Empty { get; } = new("");

    public static Markup Of(MarkupInterpolation html) => new(html.ToMarkup());

    /// <summary>A file that was built into this assembly, as it is.</summary>
    public static Markup Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not built in");
        using var reader = new StreamReader(stream);
        return new Markup(reader.ReadToEnd());
    }

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Join('\n', parts.Select(p => p.Text)));

    public override string ToString() => Text;
}
