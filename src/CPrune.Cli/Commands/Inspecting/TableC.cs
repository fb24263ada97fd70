using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Steps;

namespace CPrune.Cli.Commands.Inspecting;

/// <summary>A task as the walk sees it.</summary>
/// <param name="Programs">What computes it.</param>
/// <param name="Factors">How the program splits the filters, for example <c>64 = 2×2×16</c>; null where there are none.</param>
/// <param name="Step">Filters of one cut and how they were read off the programs; null where nothing can be cut.</param>
/// <param name="Reason">Why nothing can be cut; null where it can.</param>
/// <param name="Coupled">Groups whose channels go together with this task's, with their layers.</param>
internal sealed record TableCRow(LayerPrograms Programs, string? Factors, StepProposal? Step, string? Reason, ImmutableArray<ChannelGroup> Coupled);

/// <summary>Table C of a model (docs/how-it-works.md, "Words") with what a cut of each task would take along.</summary>
internal static class TableC
{
    /// <param name="layers">Where a task is untuned its default schedule stands in.</param>
    public static ImmutableArray<TableCRow> Of(
        CPrune.Graph.ModelGraph graph, ImmutableArray<LayerPrograms> layers, IStepRule rule, Target target)
    {
        var analysis = PruningGraph.Analyze(graph);
        var nests = layers.SelectMany(l => l.Layer.Layers.Select(name => (Layer: name, Nests: NestsOf(l, target)))).Where(p => p.Nests is not null)
            .ToDictionary(p => p.Layer, p => p.Nests!, StringComparer.Ordinal);
        return [.. layers.Select(l => Row(l, analysis, nests, rule))];
    }

    private static TableCRow Row(LayerPrograms programs, ChannelAnalysis analysis, Dictionary<string, LayerNests> nests, IStepRule rule)
    {
        var layers = programs.Layer.Layers;
        var groups = programs.Layer.Main is null ? [] : layers.SelectMany(analysis.GroupsOf).DistinctBy(g => g.Id).ToImmutableArray();
        var factors = nests.GetValueOrDefault(layers[0]) is { } known ? Factors(known.Main) : null;
        if (groups.IsEmpty) return new TableCRow(programs, null, null, "it has no filters of its own", groups);

        var prunable = layers.Where(l => analysis.GroupOf(l) is { Prunable: true }).ToList();
        if (prunable.Count == 0) return new TableCRow(programs, factors, null, groups[0].FrozenReason, groups);
        var request = StepRequests.For(analysis, prunable, l => nests.GetValueOrDefault(l), refused: 0);
        return (request is null ? null : rule.Propose(request)) switch
        {
            StepResult.Proposed proposed => new TableCRow(programs, factors, proposed.Step, null, groups),
            StepResult.None none => new TableCRow(programs, factors, null, none.Reason, groups),
            _ => new TableCRow(programs, factors, null, "its program has no loop over filters", groups),
        };
    }

    private static string? Factors(ScheduledNest nest)
    {
        var axis = nest.Computation.LaneAxis;
        var loops = nest.LoopsOf(axis);
        return loops.IsEmpty ? null : new StageLoops("", axis, nest.Computation[axis].Extent, loops).ToString();
    }

    private static LayerNests? NestsOf(LayerPrograms programs, Target target) =>
        LayerNests.Of(programs.Layer, task => NestOf(programs.Kernels.First(k => k.Task == task), target));

    private static ScheduledNest? NestOf(TaskProgram program, Target target)
    {
        var computation = program.Task.Computation;
        var schedule = program.Schedule ?? DefaultSchedule.For(computation, target);
        return ScheduledNest.Apply(computation, schedule, target) is ScheduleResult.Ok ok ? ok.Nest : null;
    }
}
