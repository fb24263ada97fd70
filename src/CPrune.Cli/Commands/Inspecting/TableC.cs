using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Steps;

namespace CPrune.Cli.Commands.Inspecting;

/// <summary>A task as the walk sees it.</summary>
/// <param name="Factors">How the program splits the filters, for example <c>64 = 2×2×16</c>; null where there are none.</param>
/// <param name="Step">Filters of one cut and how they were read off the programs; null where nothing can be cut.</param>
/// <param name="Reason">Why nothing can be cut; null where it can.</param>
/// <param name="Coupled">Groups whose channels go together with this task's, with their layers.</param>
internal sealed record TableCRow(TaskProgram Program, string? Factors, StepProposal? Step, string? Reason, ImmutableArray<ChannelGroup> Coupled);

/// <summary>Table C of a model (method.md, "Words") with what a cut of each task would take along.</summary>
internal static class TableC
{
    /// <param name="programs">One per task. Where a task is untuned its default schedule stands in.</param>
    public static ImmutableArray<TableCRow> Of(
        CPrune.Graph.ModelGraph graph, ImmutableArray<TaskProgram> programs, IStepRule rule, Target target)
    {
        var analysis = PruningGraph.Analyze(graph);
        var nests = programs.SelectMany(p => p.Task.Layers.Select(layer => (layer, Nest: NestOf(p, target))))
            .ToDictionary(p => p.layer, p => p.Nest, StringComparer.Ordinal);
        return [.. TaskTables.Ordered(programs).Select(p => Row(p, analysis, nests, rule))];
    }

    private static TableCRow Row(TaskProgram program, ChannelAnalysis analysis, Dictionary<string, ScheduledNest?> nests, IStepRule rule)
    {
        var layers = program.Task.Layers.ToList();
        var groups = layers.Select(analysis.GroupOf).OfType<ChannelGroup>().DistinctBy(g => g.Id).ToImmutableArray();
        if (groups.IsEmpty) return new TableCRow(program, null, null, "it has no filters of its own", groups);
        var factors = nests.GetValueOrDefault(layers[0]) is { } nest ? Factors(nest) : null;

        var prunable = layers.Where(l => analysis.GroupOf(l) is { Prunable: true }).ToList();
        if (prunable.Count == 0) return new TableCRow(program, factors, null, groups[0].FrozenReason, groups);
        var request = StepRequests.For(analysis, prunable, l => nests.GetValueOrDefault(l), refused: 0);
        return (request is null ? null : rule.Propose(request)) switch
        {
            StepResult.Proposed proposed => new TableCRow(program, factors, proposed.Step, null, groups),
            StepResult.None none => new TableCRow(program, factors, null, none.Reason, groups),
            _ => new TableCRow(program, factors, null, "its program has no loop over filters", groups),
        };
    }

    private static string? Factors(ScheduledNest nest)
    {
        var axis = nest.Computation.LaneAxis;
        var loops = nest.LoopsOf(axis);
        return loops.IsEmpty ? null : new StageLoops("", axis, nest.Computation[axis].Extent, loops).ToString();
    }

    private static ScheduledNest? NestOf(TaskProgram program, Target target)
    {
        var computation = program.Task.Computation;
        var schedule = program.Schedule ?? DefaultSchedule.For(computation, target);
        return ScheduledNest.Apply(computation, schedule, target) is ScheduleResult.Ok ok ? ok.Nest : null;
    }
}
