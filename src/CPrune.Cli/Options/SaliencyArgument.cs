using System.CommandLine;
using System.Globalization;
using CPrune.Pruning.Saliency;

namespace CPrune.Cli.Options;

/// <summary>By what filters are chosen.</summary>
internal static class SaliencyArgument
{
    private const string FlexRel = "flexrel";

    public static Option<string?> Option() => new("--saliency")
    {
        Description = "By what filters are chosen: 'l1', 'l2', 'fpgm' (geometric median), 'bn' (batch norm's scale), 'taylor' (first-order change of the loss), 'flexrel[:δ]' (magnitude and relevance). " +
            "Default: 'taylor'; 'l1' for --policy cprune, netadapt and uniform.",
        HelpName = "NAME",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (OrNull(text) is { } saliency) return saliency.Name;
            result.AddError($"--saliency '{text}' is not 'l1', 'l2', 'fpgm', 'bn', 'taylor' or 'flexrel', which takes a weight from 0 to 1 as in 'flexrel:0.3'");
            return null;
        },
    };

    /// <param name="text">As <see cref="Option"/> accepted it; null if it was not given.</param>
    /// <returns>Null for the policy's own.</returns>
    public static ISaliency? SaliencyOf(string? text) => text is null ? null : OrNull(text);

    private static ISaliency? OrNull(string text) => text switch
    {
        "l1" => new L1Saliency(),
        "l2" => new L2Saliency(),
        "fpgm" => new FpgmSaliency(),
        "bn" => new BatchNormSaliency(),
        "taylor" => new TaylorSaliency(),
        FlexRel => new FlexRelSaliency(),
        _ when text.StartsWith($"{FlexRel}:", StringComparison.Ordinal) && Weight(text[(FlexRel.Length + 1)..]) is { } delta => new FlexRelSaliency(delta),
        _ => null,
    };

    /// <summary>With an exponent, too, because names are written with one where the weight is small.</summary>
    private static double? Weight(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var weight) && weight is >= 0 and <= 1 ? weight : null;
}
