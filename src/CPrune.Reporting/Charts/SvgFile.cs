using CPrune.Reporting.Html;

namespace CPrune.Reporting.Charts;

/// <summary>A figure as a file of its own: with its style inside and a ground of its own, so that it can be read in a light page and in a dark one.</summary>
internal static class SvgFile
{
    public static string Of(string title, double width, double height, Markup content) => Markup.Of($"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{title}">
        <style>
        {Markup.Resource("figure.css")}
        </style>
        <rect class="paper" width="{width}" height="{height}" rx="8"/>
        <text class="title" x="20" y="30">{title}</text>
        {content}
        </svg>

        """).Text;
}
