using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace CPrune.Reporting.Html;

/// <summary>Collects an interpolated string; every hole that is not <see cref="Markup"/> is escaped.</summary>
[InterpolatedStringHandler]
internal readonly ref struct MarkupInterpolation
{
    private readonly StringBuilder _html;

    public MarkupInterpolation(int literalLength, int formattedCount) => _html = new StringBuilder(literalLength + (formattedCount * 16));

    public void AppendLiteral(string literal) => _html.Append(literal);

    public void AppendFormatted(Markup markup) => _html.Append(markup.Text);

    public void AppendFormatted(string? text) => _html.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted(int number) => _html.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A coordinate or a percentage: two decimals are finer than a pixel.</summary>
    public void AppendFormatted(double number) => _html.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

    public string ToMarkup() => _html.ToString();
}
