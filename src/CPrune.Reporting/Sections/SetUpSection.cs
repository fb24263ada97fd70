using System.Collections.Immutable;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Settings;
using CPrune.Reporting.Html;
using CPrune.Reporting.Tables;

namespace CPrune.Reporting.Sections;

/// <summary>What it takes to repeat the run: options, settings, seed, machine and versions.</summary>
internal static class SetUpSection
{
    public static Markup Of(RunRecord record)
    {
        var header = record.Header;
        return Markup.Of($"""
            <h2>Set-up</h2>
            <dl>
            {Item("model", $"{header.ModelName} ({header.ModelFingerprint})")}
            {Item("data", header.DataSpec)}
            {Item("target", header.TargetName)}
            {Item("seed", $"{header.Seed}")}
            {Markup.Join(header.Environment.Select(e => Item(e.Key, e.Value)))}
            </dl>
            <h3 class="small">Options</h3>
            <dl>
            {Markup.Join(header.Options.Select(o => Item(o.Key, o.Value)))}
            </dl>
            {Settings(record)}
            """);
    }

    private static Markup Settings(RunRecord record) => record.Settings.IsEmpty ? Markup.Empty : Markup.Of($"""
        <h3 class="small">Settings</h3>
        {HtmlTable.Of(new TextTable(
            [new("name"), new("value", true), new("unit"), new("source")],
            [.. SettingCatalog.All.Where(s => record.Settings.ContainsKey(s.Name)).Select(s =>
                (ImmutableArray<string>)[s.Name, record.Settings[s.Name], s.Unit, s.Source])]))}
        """);

    private static Markup Item(string name, string value) => Markup.Of($"<dt>{name}</dt><dd>{value}</dd>");
}
