using System.Collections.Immutable;
using System.CommandLine;
using CPrune.Pruning.Policies;

namespace CPrune.Cli.Options;

/// <summary>Who chooses what is cut.</summary>
internal static class PolicyOption
{
    private static readonly string s_names = string.Join(", ", PolicyCatalog.Names);

    /// <summary><c>--policy</c>.</summary>
    public static Option<string> Create() => new("--policy")
    {
        Description = $"Who chooses what is cut: {s_names}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => PolicyCatalog.Default,
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (PolicyCatalog.Names.Contains(text)) return text;
            result.AddError($"--policy '{text}' is none of {s_names}");
            return PolicyCatalog.Default;
        },
    };

    /// <summary><c>--policies</c>: several, in the order in which they are run.</summary>
    public static Option<ImmutableArray<string>> Several() => new("--policies")
    {
        Description = $"Policies to compare, separated by commas, of {s_names}. Default: all but netadapt and uncut.",
        HelpName = "A,B,…",
        DefaultValueFactory = _ => [.. PolicyCatalog.Names.Where(n => n is not (NetAdapt.PolicyName or "uncut"))],
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            ImmutableArray<string> names = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct()];
            if (Array.Find([.. names], n => !PolicyCatalog.Names.Contains(n)) is { } unknown) result.AddError($"--policies '{unknown}' is none of {s_names}");
            return names;
        },
    };
}
