using System.CommandLine;
using CPrune.Pruning.Policies;

namespace CPrune.Cli.Options;

/// <summary><c>--policy</c>: who chooses what is cut.</summary>
internal static class PolicyOption
{
    public static Option<string> Create() => new("--policy")
    {
        Description = $"Who chooses what is cut: {string.Join(", ", PolicyCatalog.Names)}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => PolicyCatalog.Default,
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (PolicyCatalog.Names.Contains(text)) return text;
            result.AddError($"--policy '{text}' is none of {string.Join(", ", PolicyCatalog.Names)}");
            return PolicyCatalog.Default;
        },
    };
}
