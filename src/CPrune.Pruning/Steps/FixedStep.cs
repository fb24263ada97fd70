namespace CPrune.Pruning.Steps;

/// <summary>Multiples of the same number of filters, whatever the programs look like: what pruning without a compiler does.</summary>
public sealed class FixedStep : IStepRule
{
    private readonly int _filters;

    /// <exception cref="ArgumentOutOfRangeException">Fewer than one filter.</exception>
    public FixedStep(int filters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, 1);
        _filters = filters;
    }

    public string Name => $"fixed {_filters}";

    public StepResult Propose(StepRequest request)
    {
        if (request.Filters <= 1) return StepResult.NoLegalStep("one filter is left");
        var cut = (request.Refused / _filters + 1) * _filters;
        if (cut >= request.Filters) return StepResult.NoLegalStep($"a cut of {cut} would take all {request.Filters} filters");
        var preserved = request.Own.All(stage => stage.LoopToShorten(stage.ExtentAfter(cut)) is not null);
        return new StepResult.Proposed(new StepProposal(cut, $"{request.Filters} → {request.Filters - cut}", preserved));
    }
}
