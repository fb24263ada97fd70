using CPrune.Pruning.Runs;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>What it takes to repeat the run: options, seed, machine and versions.</summary>
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
            """);
    }

    private static Markup Item(string name, string value) => Markup.Of($"<dt>{name}</dt><dd>{value}</dd>");
}
