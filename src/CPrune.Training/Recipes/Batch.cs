namespace CPrune.Training.Recipes;

/// <summary>Images ready for torch.</summary>
/// <param name="Pixels">Normalised, N × H × W × C: the order in which convolutions are fastest.</param>
internal sealed record Batch(float[] Pixels, long[] Labels);
