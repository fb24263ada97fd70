using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Schedules;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Steps;
using CPrune.Pruning.Surgery;
using CsCheck;

namespace CPrune.Pruning.Tests.Steps;

/// <summary>After a cut of a step the programs of the uncut model are valid on what is left: re-tuning begins with them, and they are measured first.</summary>
public class ReplayTests
{
    private static readonly Target s_target = TargetCatalog.Find("x86-64-v4", 1);

    [Fact]
    public void Replay_never_fails_at_a_step_sized_cut()
    {
        var cuts = 0;
        Gen.Int[0, int.MaxValue].Sample(seed => { Interlocked.Add(ref cuts, Cuts(seed)); }, iter: 150, print: seed => $"seed {seed}");
        Assert.True(cuts > 150, $"only {cuts} cuts were made");
    }

    /// <returns>How many cuts were made and replayed.</returns>
    private static int Cuts(int seed)
    {
        var random = new Random(seed);
        var model = Tuned(Net(random, seed), random);
        var analysis = PruningGraph.Analyze(model.Graph);
        var made = 0;
        foreach (var group in analysis.Groups.Where(g => g.Prunable))
        {
            var request = StepRequests.For(group, model.NestsOf);
            if (new StructureStep().Propose(request) is not StepResult.Proposed { Step: { PreservesStructure: true } step }) continue;
            var gone = Enumerable.Range(0, group.Channels).OrderBy(_ => random.Next()).Take(step.Filters).ToList();
            var plan = ModelPlan.Of(ChannelRemover.Remove(model.Graph, analysis, group, gone), model.Plan.Choices);
            var known = model.Plan.Tasks.Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
            var replayed = model.ProgramsFor(plan.Tasks);
            foreach (var task in plan.Tasks.Where(t => !known.Contains(t.Key)))
            {
                Assert.True(replayed.TryGetValue(task.Key, out var schedule), $"{task.Label} begins with nothing");
                var result = ScheduledNest.Apply(task.Computation, schedule, s_target);
                Assert.True(result is ScheduleResult.Ok, $"{step.Explanation}: {schedule} on {task.Label}: {result}");
                if (task.Subgraphs.FirstOrDefault(s => IsOf(s, group)) is { } subgraph) AssertExact(model.NestOf(subgraph)!, ((ScheduleResult.Ok)result).Nest, step.Explanation);
            }

            made++;
        }

        return made;
    }

    /// <summary>The kernel has the group's channels itself: not one that only pools, copies or adds them.</summary>
    private static bool IsOf(Subgraph subgraph, ChannelGroup group) =>
        (subgraph.IsMain || subgraph.Stage.StartsWith("winograd", StringComparison.Ordinal)) && group.Layers.Concat(group.Consumers).Contains(subgraph.Anchor);

    /// <summary>Where an axis got shorter nothing is left over.</summary>
    private static void AssertExact(ScheduledNest before, ScheduledNest after, string explanation)
    {
        foreach (var axis in after.Computation.Axes.Where(a => a.Extent < before.Computation[a.Name].Extent))
        {
            var covered = after.LoopsOf(axis.Name).Aggregate(1, (n, l) => n * l.Extent);
            Assert.True(covered == axis.Extent, $"{explanation}: {axis.Name} of {after.Computation.Key} is {axis.Extent}, but {after.Schedule} goes to {covered}");
        }
    }

    private static TunedModel Tuned(ModelGraph graph, Random random)
    {
        var plan = ModelPlan.Of(graph, AlgorithmChoices.Of(
            graph.Nodes.Where(n => n.OpType == "Conv").Select(n => KeyValuePair.Create(n.Name, Enum.GetValues<Algorithm>()[random.Next(3)]))));
        var rows = plan.Tasks.Select(t => new ProgramRow(
            t.Key, t.Label, t.Multiplicity, t.Subgraphs[0].Macs, RandomSchedules.Draw(random, t.Computation, s_target).ToString(), new LatencyEstimate(1, 1, 1, 1)));
        return new TunedModel(graph, plan, [.. rows], s_target, "");
    }

    private static ModelGraph Net(Random random, int seed)
    {
        var b = new GraphBuilder("replayed", seed);
        int Width() => random.Next(1, 13) * new[] { 1, 4, 8 }[random.Next(3)];
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), Width(), Window.Same(3)));
        for (var layer = random.Next(1, 4); layer > 0; layer--)
        {
            x = random.Next(5) switch
            {
                0 => b.Relu(b.Depthwise(x, Window.Same(3))),
                1 => b.Concat([b.Conv(x, Width(), Window.Same(3)), b.Relu(b.Conv(x, Width(), Window.Same(1)))]),
                2 when b.ShapeOf(x)[1] % 2 == 0 => b.Relu(b.Conv(x, 2 * Width(), Window.Same(3), 2)),
                3 => b.Relu(b.Conv(x, Width(), Window.Same(random.Next(2) == 0 ? 1 : 3, stride: random.Next(1, 3)))),
                _ => Residual(x),
            };
        }

        return b.Build(b.Dense(b.Flatten(random.Next(2) == 0 ? b.GlobalAveragePool(x) : x), 10));

        string Residual(string input)
        {
            var first = b.Relu(b.Conv(input, Width(), Window.Same(3)));
            return b.Relu(b.Add(b.Conv(first, b.ShapeOf(input)[1], Window.Same(3)), input));
        }
    }
}
