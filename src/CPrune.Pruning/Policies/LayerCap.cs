using System.IO.Enumeration;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Policies;

/// <summary>How much of some layers may go, in place of the general limit.</summary>
/// <param name="Option">What it was asked for with, for messages: <c>--keep 'fc*'</c>.</param>
/// <param name="Pattern">Names of convolution and dense nodes; <c>*</c> stands for any characters and <c>?</c> for one.</param>
/// <param name="MaxCut">The largest share of the layer's filters; 0 keeps it as it is, with everything that is coupled with it.</param>
public sealed record LayerCap(string Option, string Pattern, double MaxCut)
{
    private const int Suggestions = 3;

    public bool Matches(string layer) => FileSystemName.MatchesSimpleExpression(Pattern, layer, ignoreCase: false);

    /// <exception cref="UserErrorException">Kind Usage: one of the caps matches no layer of the model.</exception>
    public static void RequireMatches(IEnumerable<LayerCap> caps, ModelGraph model)
    {
        var layers = PruningGraph.Analyze(model).Groups.SelectMany(g => g.Layers).Distinct(StringComparer.Ordinal).ToList();
        foreach (var cap in caps.Where(c => !layers.Exists(c.Matches)))
        {
            var nearest = layers.OrderBy(l => PatternDistance.Between(cap.Pattern, l)).ThenBy(l => l, StringComparer.Ordinal).Take(Suggestions);
            throw new UserErrorException(
                UserErrorKind.Usage,
                $"{cap.Option} matches no convolution or dense layer of the model; the nearest are {string.Join(", ", nearest.Select(l => $"'{l}'"))}");
        }
    }
}
