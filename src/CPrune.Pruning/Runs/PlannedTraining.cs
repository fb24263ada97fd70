using CPrune.Pruning.Policies;

namespace CPrune.Pruning.Runs;

/// <summary>How much a run without a time limit trains, known before it begins.</summary>
/// <param name="AfterEachCut">Images after each cut of a walk; 0 for a planned search, whose stages share <paramref name="Images"/>.</param>
/// <param name="Images">Of a walk's long training, or of all training of a planned search.</param>
public sealed record PlannedTraining(long AfterEachCut, long Images)
{
    /// <summary>Reads off a request what is planned.</summary>
    public static PlannedTraining Of(PruneRequest request)
    {
        var (asked, all) = (request.Training, request.Data.Train.Count);
        var paper = PaperEpochs.For(all);
        return PolicyCatalog.WalkOrNull(request.Policy) is null
            ? new(0, asked.LongImages ?? (long)(request.Settings.Epochs * all))
            : new(asked.ShortImages ?? paper.Short, asked.LongImages ?? paper.Long);
    }

    /// <summary>Images of the whole run: for a walk the most it can be, with every candidate trained.</summary>
    public long AtMost(int candidates) => (AfterEachCut * candidates) + Images;
}
