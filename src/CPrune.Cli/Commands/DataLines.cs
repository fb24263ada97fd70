using System.Collections.Immutable;
using System.Globalization;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Reporting;

namespace CPrune.Cli.Commands;

/// <summary>
/// Lines about data that are told before it is used. They name the classes with their numbers, and what may be meant otherwise.
/// </summary>
internal static class DataLines
{
    /// <summary>Classes that are named; of more only the first and the last.</summary>
    private const int NamedClasses = 12;

    /// <summary>Standard errors within which an accuracy is that of guessing: one of a thousand guesses is better by chance.</summary>
    private const double ErrorsOfGuessing = 3;

    /// <summary>The classes with their numbers, for example <c>2 classes: 0 cat, 1 dog</c>.</summary>
    public static string Classes(ImmutableArray<string> names)
    {
        // Numbers as names say no more than how many there are.
        if (names.Select((name, i) => name == Number(i)).All(isNumber => isNumber)) return $"{Figures.Count(names.Length)} classes";
        var shown = names.Select((name, i) => $"{Number(i)} {name}");
        if (names.Length > NamedClasses) shown = [.. shown.Take(NamedClasses - 1), "…", shown.Last()];
        return $"{Figures.Count(names.Length)} classes: {string.Join(", ", shown)}";
    }

    /// <summary>Tells notes on the data, and if its classes are not as many as the model's scores.</summary>
    public static void Warn(IOutput output, ModelGraph model, ImmutableArray<string> classes, ImmutableArray<string> notes)
    {
        var scores = ShapeInference.Infer(model)[model.Output.Name] is [_, .. var rest] ? Shapes.Count([.. rest]) : 1;
        if (scores != classes.Length)
        {
            notes =
            [
                $"the model gives {Figures.Count(scores)} scores, and the data has {Figures.Count(classes.Length)} classes: "
                    + "class 0 of the data is taken for score 0, and so on",
                .. notes,
            ];
        }

        foreach (var note in notes)
        {
            output.Line($"Note: {note}.", Tone.Bad);
            output.Event("data-note", new { Note = note });
        }
    }

    /// <summary>A warning if an accuracy is no better than that of guessing; null if it is.</summary>
    public static string? OfGuessing(double top1, int images, int classes)
    {
        var guess = 1.0 / classes;
        return top1 <= guess + (ErrorsOfGuessing * Math.Sqrt(guess * (1 - guess) / images))
            ? $"{Figures.Percent(top1)} is what guessing gives with {Figures.Count(classes)} classes: "
                + "the numbers of the classes, the normalisation (--mean, --std) or the order of the colours may not be the model's."
            : null;
    }

    private static string Number(int label) => label.ToString(CultureInfo.InvariantCulture);
}
