using System.Collections.Immutable;

namespace CPrune.Pruning.Steps;

/// <summary>What a step is read from.</summary>
public sealed record StepRequest
{
    /// <summary>
    /// Filters that can be counted down now: the positions of the group, the smallest where a task has layers in several groups.
    /// </summary>
    public required int Filters { get; init; }

    /// <summary>How many of them may go, where it is not all but one.</summary>
    public int Room { get; init; } = int.MaxValue;

    /// <summary>The task's own programs along their filters.</summary>
    public required ImmutableArray<StageLoops> Own { get; init; }

    /// <summary>Layers that lose the same filters because they are coupled, along their filters, and the kernels behind the main ones of all these layers.</summary>
    public ImmutableArray<StageLoops> Coupled { get; init; } = [];

    /// <summary>Layers that read the filters, along their reduction, and the kernels before their main ones.</summary>
    public ImmutableArray<StageLoops> Consumers { get; init; } = [];

    /// <summary>Cuts of up to this many filters were refused before; the next one must be larger (docs/how-it-works.md, "The walk", 3).</summary>
    public int Refused { get; init; }
}

/// <summary>A cut that is worth trying.</summary>
/// <param name="Filters">How many filters go, counted from the present model, refused cuts included.</param>
/// <param name="Explanation">How it was read off the programs, for example <c>64 = 2×2×16 → 32</c>.</param>
/// <param name="PreservesStructure">Every program of the layers that make or read the filters stays exact with one loop shorter; otherwise only measuring can tell.</param>
public sealed record StepProposal(int Filters, string Explanation, bool PreservesStructure);

/// <summary>A step, or the reason why there is none.</summary>
public abstract record StepResult
{
    private StepResult()
    {
    }

    public sealed record Proposed(StepProposal Step) : StepResult;

    /// <param name="Reason">A sentence that begins with <c>no legal step:</c>.</param>
    public sealed record None(string Reason) : StepResult;

    internal static StepResult NoLegalStep(string why) => new None($"no legal step: {why}");
}

/// <summary>How many filters one cut takes.</summary>
public interface IStepRule
{
    string Name { get; }

    StepResult Propose(StepRequest request);
}
