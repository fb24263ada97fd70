namespace CPrune.Pruning.Steps;

/// <summary>
/// The authors' rule, for comparison: per stage the product of all factors but the largest, and of the stages the larger number. 64 =
/// 4×1×16 gives 4. After a refusal it takes one step more.
/// </summary>
public sealed class PaperStep : IStepRule
{
    public string Name => "paper";

    public StepResult Propose(StepRequest request)
    {
        if (request.Filters <= 1) return StepResult.NoLegalStep("one filter is left");
        if (request.Own.IsEmpty) return StepResult.NoLegalStep("there is no program to read it from");
        var step = request.Own.Max(stage => stage.Covered / stage.Loops.Max(l => l.Extent));
        var cut = (request.Refused / step + 1) * step;
        if (cut >= request.Filters) return StepResult.NoLegalStep($"a cut of {cut} would take all {request.Filters} filters");
        var givenUp = request.Own.Where(stage => stage.LoopToShorten(stage.ExtentAfter(cut)) is null).ToList();
        var explanation = StepText.Of(request with { Coupled = [], Consumers = [] }, cut, givenUp);
        return new StepResult.Proposed(new StepProposal(cut, explanation, givenUp.Count == 0));
    }
}
