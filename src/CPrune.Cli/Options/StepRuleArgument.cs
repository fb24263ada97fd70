using System.CommandLine;
using System.Globalization;
using CPrune.Pruning.Steps;

namespace CPrune.Cli.Options;

/// <summary>How many filters one cut takes: <c>structure</c>, <c>paper</c>, or a fixed number.</summary>
internal static class StepRuleArgument
{
    public const string Structure = "structure";
    public const string Paper = "paper";

    public static Option<string> Option() => new("--step-rule")
    {
        Description = "Filters of one cut: 'structure' (smallest cut that keeps the fastest programs' structure), 'paper' (the authors' rule), or a number.",
        HelpName = "RULE",
        DefaultValueFactory = _ => Structure,
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (text is Structure or Paper || FixedCount(text) is not null) return text;
            result.AddError($"--step-rule '{text}' is not 'structure', 'paper' or a whole number from 1 to 4096");
            return Structure;
        },
    };

    /// <param name="text">As <see cref="Option"/> accepted it.</param>
    public static IStepRule RuleOf(string text) => text switch
    {
        Structure => new StructureStep(),
        Paper => new PaperStep(),
        _ => new FixedStep(FixedCount(text)!.Value),
    };

    private static int? FixedCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step is >= 1 and <= 4096 ? step : null;
}
