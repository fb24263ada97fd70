using System.CommandLine;
using CPrune.Training.Recipes;

namespace CPrune.Cli.Options;

/// <summary>In what numbers training computes.</summary>
internal static class PrecisionArgument
{
    private const string Auto = "auto";

    public static Option<string> Option() => Parsed.Word(
        "--precision",
        "What training computes in: 'float32', 'bfloat16' (mixed: weights and every evaluation stay in 32 bits), or 'auto': bfloat16 where the processor multiplies it.",
        Auto, "float32", "bfloat16");

    /// <param name="text">As <see cref="Option"/> accepted it.</param>
    public static TrainingPrecision PrecisionOf(string text) =>
        text == Auto ? TrainingPrecisions.OfThisMachine() : Enum.Parse<TrainingPrecision>(text, ignoreCase: true);
}
