using CPrune.Training.Recipes;

namespace CPrune.Training.Modules;

/// <summary>How a module computes.</summary>
/// <param name="BatchStatistics">Batch norm uses the batch's statistics and moves its running ones; otherwise it uses the running ones.</param>
/// <param name="StatisticsMomentum">The share of the batch in the new running statistics; null for each node's own.</param>
/// <param name="Dropout">Dropout drops.</param>
internal sealed record ForwardPass(bool BatchStatistics, double? StatisticsMomentum, bool Dropout)
{
    public static ForwardPass Inference { get; } = new(false, null, false);

    public static ForwardPass Training { get; } = new(true, null, true);

    /// <summary>As <see cref="Inference"/>, with gradients that propagate relevance (<see cref="Operators.RelevanceRules"/>).</summary>
    public static ForwardPass Relevance { get; } = Inference with { PropagatesRelevance = true };

    public bool PropagatesRelevance { get; private init; }

    /// <summary>What layers compute in; scores come out in 32 bits.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>Batch norm over the batch's statistics is our own where it can be; false for torch's, to compare with.</summary>
    public bool OwnNorms { get; init; } = true;

    /// <summary>Batch norm does the work of the ReLU behind it, which saves reading and writing all values once more each way.</summary>
    public bool RectifiesNorms => BatchStatistics && OwnNorms && !PropagatesRelevance;

    /// <summary>Only running statistics change, as the average of all batches so far.</summary>
    /// <param name="batch">The number of this batch, from 0.</param>
    public static ForwardPass Recalibration(int batch) => new(true, 1.0 / (batch + 1), false);
}
