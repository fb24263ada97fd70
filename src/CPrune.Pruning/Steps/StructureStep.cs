using System.Collections.Immutable;

namespace CPrune.Pruning.Steps;

/// <summary>
/// The smallest cut after which every program involved keeps its structure: exactly one loop, neither lane nor register, gets shorter and
/// nothing is left over. Where splits are exact that is the least common multiple of the cuts of the single programs; with tails it is the
/// cut that makes them exact again. A cut that would take more than a given share of the filters is no step: then the consumers' tiles are
/// given up, then the coupled layers', then the register tile itself (<see cref="RegisterTileCut"/>): a layer is not closed because all its filters are in one
/// vector.
/// </summary>
public sealed class StructureStep : IStepRule
{
    private readonly double _largestShare;

    /// <param name="largestShare">The largest part of the filters that one cut may take, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not such a share.</exception>
    public StructureStep(double largestShare = 0.5)
    {
        if (largestShare is not (> 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(largestShare), largestShare, "a share above 0 and at most 1");
        _largestShare = largestShare;
    }

    public string Name => "structure";

    public StepResult Propose(StepRequest request)
    {
        if (request.Filters <= 1) return StepResult.NoLegalStep("one filter is left");
        if (request.Own.IsEmpty) return StepResult.NoLegalStep("there is no program to read it from");
        var most = Math.Min(request.Filters - 1, request.Room);
        var limit = Math.Min(most, request.Refused + Math.Max(1, (int)(_largestShare * request.Filters)));
        if (request.Refused >= limit)
            return StepResult.NoLegalStep($"only {limit} of {request.Filters} filters can go, and cuts of up to {request.Refused} were refused");

        ImmutableArray<StageLoops> coupled = [.. request.Own, .. request.Coupled], all = [.. coupled, .. request.Consumers];
        foreach (var kept in new[] { all, coupled, request.Own }.DistinctBy(stages => stages.Length))
        {
            if (SmallestCut(kept, request.Refused, limit) is not { } cut) continue;
            var givenUp = all.Where(stage => stage.LoopToShorten(stage.ExtentAfter(cut)) is null).ToList();
            // A depthwise layer of one channel is no depthwise layer any more.
            var staysItself = request.Filters - cut > 1 || all.All(stage => stage.Axis is not ("c" or "g"));
            return new StepResult.Proposed(new StepProposal(cut, StepText.Of(request, cut, givenUp), givenUp.Count == 0 && staysItself));
        }

        return RegisterTileCut.Smallest(request, limit) is { } broken
            ? new StepResult.Proposed(new StepProposal(broken.Filters, $"{StepText.Of(request, broken.Filters, request.Own)} ({broken.Kind})", false))
            : StepResult.NoLegalStep($"every cut of {request.Own[0]} breaks its register tile or takes more than {limit} of {request.Filters} filters");
    }

    private static int? SmallestCut(ImmutableArray<StageLoops> stages, int refused, int limit)
    {
        for (var cut = refused + 1; cut <= limit; cut++)
            if (stages.All(stage => stage.LoopToShorten(stage.ExtentAfter(cut)) is not null)) return cut;
        return null;
    }
}
