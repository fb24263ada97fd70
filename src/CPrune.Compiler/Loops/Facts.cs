using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>
/// What is known at one place of a nest: the range of every variable, and ranges of whole indices from conditions around it.
/// </summary>
internal sealed record Facts(ImmutableDictionary<string, Interval> Variables, ImmutableList<(AffineIndex Index, Interval Range)> Conditions)
{
    public static Facts None { get; } = new(ImmutableDictionary<string, Interval>.Empty, []);

    public bool Defines(string variable) => Variables.ContainsKey(variable);

    public Facts With(string variable, Interval range) => this with { Variables = Variables.SetItem(variable, range) };

    public Facts With(AffineIndex index, Interval range) => this with { Conditions = Conditions.Add((index, range)) };

    /// <summary>
    /// The tightest range the facts prove: from the variables, and from each condition plus what the index has beyond it.
    /// </summary>
    public Interval Range(AffineIndex index)
    {
        var range = index.Range(v => Variables[v]);
        foreach (var (known, bounds) in Conditions)
        {
            var beyond = index.Minus(known).Range(v => Variables[v]);
            range = new Interval(Math.Max(range.Low, bounds.Low + beyond.Low), Math.Min(range.High, bounds.High + beyond.High));
        }
        return range;
    }
}
