using System.Collections.Immutable;
using CPrune.Compiler.Models.Chains;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;

namespace CPrune.Compiler.Models;

/// <summary>How a model's subgraphs are called: each by itself or in a chain, and with which schedule.</summary>
internal sealed class ModelLayout
{
    private readonly ImmutableArray<Schedule> _schedules;

    /// <param name="schedules">By task; a task without one uses <see cref="DefaultSchedule"/>.</param>
    public ModelLayout(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules, Target target, ChainLimits limits)
    {
        Plan = plan;
        var ofSubgraph = new Dictionary<Subgraph, Schedule>(ReferenceEqualityComparer.Instance);
        foreach (var task in plan.Tasks)
        {
            var schedule = schedules.GetValueOrDefault(task.Key) ?? DefaultSchedule.For(task.Computation, target);
            foreach (var subgraph in task.Subgraphs) ofSubgraph.Add(subgraph, schedule);
        }

        List<Chain> chains = plan.Choices.Variant.InChains ? [.. new ChainPlanner(plan.Subgraphs, s => ofSubgraph[s], target, limits).Chains()] : [];
        foreach (var stage in chains.SelectMany(c => c.Stages)) ofSubgraph[stage.Subgraph] = stage.Nest.Schedule;
        _schedules = [.. plan.Subgraphs.Select(s => ofSubgraph[s])];
        Calls = PlannedCall.Of(plan.Subgraphs, chains);
        CallOf = [.. Calls.SelectMany((c, i) => c.Members.Select(_ => i))];
    }

    public ModelPlan Plan { get; }

    public ImmutableArray<PlannedCall> Calls { get; }

    /// <summary>By subgraph, the call it belongs to.</summary>
    public ImmutableArray<int> CallOf { get; }

    /// <summary>The schedule of the subgraph at a place in the plan.</summary>
    public Schedule ScheduleOf(int subgraph) => _schedules[subgraph];
}
