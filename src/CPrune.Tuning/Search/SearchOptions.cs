namespace CPrune.Tuning.Search;

/// <summary>Sizes of the evolutionary search (Ansor, OSDI 2020, section 5).</summary>
/// <param name="Population">Programs alive in each generation.</param>
/// <param name="Generations">Rounds of variation before the best are measured; more of them chase the model's errors.</param>
/// <param name="RandomShare">Share of a batch that is picked without the model, so that its errors are found out.</param>
/// <param name="UnlearnedRandomShare">The same while nothing has been learned yet: counting instructions sees only half of what matters.</param>
/// <param name="TrialsBeforeRandom">
/// Trials of a task that all go to what a learned model proposes: where there are few, what a random program teaches comes too late to be of use.
/// </param>
/// <param name="CrossShare">Share of children with two parents.</param>
internal sealed record SearchOptions(
    int Population = 96, int Generations = 1, double RandomShare = 0.25, double UnlearnedRandomShare = 0.3, int TrialsBeforeRandom = 8,
    double CrossShare = 0.15);
