namespace CPrune.Pruning.Steps;

/// <summary>A cut in words.</summary>
internal static class StepText
{
    /// <summary>
    /// For example <c>64 = 4×1×16 → 48; ic of conv2: 64 = 8×8 → 48</c>, and at the end the programs that do not stay exact. Equal programs
    /// are told once.
    /// </summary>
    public static string Of(StepRequest request, int cut, IReadOnlyCollection<StageLoops> givenUp)
    {
        var parts = request.Own.Select(stage => Change(stage, cut))
            .Concat(request.Coupled.Concat(request.Consumers).Where(IsSplit).Select(stage => $"{stage.Axis} of {stage.Layer}: {Change(stage, cut)}"))
            .Distinct();
        var text = string.Join("; ", parts);
        return givenUp.Count == 0 ? text : $"{text}; not kept: {string.Join(", ", givenUp.Select(s => $"{s.Axis} of {s.Layer}").Distinct())}";
    }

    private static string Change(StageLoops stage, int cut) => $"{stage} → {stage.ExtentAfter(cut)}";

    /// <summary>An axis that is one loop agrees with any cut and is not worth a word.</summary>
    private static bool IsSplit(StageLoops stage) => stage.Loops.Length > 1;
}
