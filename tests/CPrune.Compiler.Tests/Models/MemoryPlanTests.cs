using CPrune.Compiler.Models;
using CPrune.Compiler.Tasks;
using CsCheck;

namespace CPrune.Compiler.Tests.Models;

public class MemoryPlanTests
{
    private static readonly Gen<BufferLife[]> Lives =
        Gen.Select(Gen.Long[4, 5000], Gen.Int[0, 20], Gen.Int[0, 6]).Array[1, 40]
            .Select(a => a.Select((b, i) => new BufferLife($"b{i}", b.Item1, b.Item2, b.Item2 + b.Item3)).ToArray());

    [Fact]
    public void Buffers_that_live_at_the_same_time_do_not_overlap() => Lives.Sample(lives =>
    {
        var plan = MemoryPlan.Of(lives);
        foreach (var a in lives)
        {
            Assert.Equal(0, plan.Offsets[a.Name] % MemoryPlan.Alignment);
            Assert.True(plan.Offsets[a.Name] + a.Bytes + MemoryPlan.Slack <= plan.Bytes);
            foreach (var b in lives.Where(b => b != a && b.Meets(a)))
                Assert.True(End(a) <= plan.Offsets[b.Name] || End(b) <= plan.Offsets[a.Name], $"{a} at {plan.Offsets[a.Name]} meets {b} at {plan.Offsets[b.Name]}");
        }

        long End(BufferLife life) => plan.Offsets[life.Name] + life.Bytes + MemoryPlan.Slack;
    });

    [Fact]
    public void A_chain_of_equal_buffers_needs_two_of_them()
    {
        var plan = MemoryPlan.Of(Enumerable.Range(0, 10).Select(i => new BufferLife($"b{i}", 1000, i, i + 1)));

        Assert.Equal(2 * MemoryPlan.Occupied(1000), plan.Bytes);
    }

    /// <summary>The first layers of MobileNetV1: the largest first would leave a hole between the first buffers that no other one fits in.</summary>
    [Fact]
    public void A_chain_of_any_sizes_needs_its_two_largest_neighbours()
    {
        BufferLife[] chain = [new("input", 6000, 0, 1), new("stem", 4000, 1, 2), new("depthwise", 4000, 2, 3), new("pointwise", 8000, 3, 4), new("next", 2000, 4, 5)];

        Assert.Equal(MemoryPlan.Occupied(4000) + MemoryPlan.Occupied(8000), MemoryPlan.Of(chain).Bytes);
    }

    [Fact]
    public void A_subgraph_never_writes_where_it_reads() => Gen.Int[0, 1_000_000].Sample(seed =>
    {
        var plan = ModelPlan.Of(RandomGraph.Of(seed));
        var lives = ModelBuffers.Of(plan);
        var bytes = lives.ToDictionary(l => l.Name, l => l.Bytes);
        var offsets = MemoryPlan.Of(lives).Offsets;
        foreach (var subgraph in plan.Subgraphs)
            foreach (var read in subgraph.Operands.Select(ModelBuffers.NameOf).OfType<string>().Where(r => r != subgraph.Output))
                Assert.True(Ends(read) <= offsets[subgraph.Output] || Ends(subgraph.Output) <= offsets[read], $"{subgraph.Anchor} overwrites '{read}'");

        long Ends(string buffer) => offsets[buffer] + bytes[buffer];
    }, iter: 100);
}
