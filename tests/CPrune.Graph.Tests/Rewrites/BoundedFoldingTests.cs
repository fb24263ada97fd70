using CPrune.Graph.Building;
using CPrune.Graph.Rewrites;

namespace CPrune.Graph.Tests.Rewrites;

/// <summary>What a few bytes of a file ask for is bounded.</summary>
public sealed class BoundedFoldingTests
{
    /// <summary>A gigabyte that nothing reads is not made, and neither is one that something does.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AConstantOfAGigabyteIsNotFolded(bool isRead)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rewritten = InferenceRewrites.Apply(Made(1 << 28, isRead));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000_000, "it was made");
        Assert.Equal(isRead, rewritten.Nodes.Any(n => n.OpType == "ConstantOfShape"));
    }

    [Fact]
    public void ASmallOneIs() => Assert.DoesNotContain(InferenceRewrites.Apply(Made(1000, isRead: true)).Nodes, n => n.OpType == "ConstantOfShape");

    /// <summary>Weights are folded however large they are: what is made of them is no larger.</summary>
    [Fact]
    public void LargeWeightsAreFolded()
    {
        var b = new GraphBuilder("weights", seed: 1);
        var x = b.Flatten(b.Input(1, 40, 40));
        var weight = b.Node("Transpose", [b.Constant("w", b.Normal(1, 1000, 1600))], [1600, 1000], null, ("perm", new AttributeValue.Ints([1, 0])));
        var rewritten = InferenceRewrites.Apply(b.Build(b.Node("MatMul", [x, weight], [1, 1000])));
        Assert.DoesNotContain(rewritten.Nodes, n => n.OpType == "Transpose");
    }

    private static ModelGraph Made(long elements, bool isRead)
    {
        var b = new GraphBuilder("made", seed: 1);
        var x = b.Flatten(b.Input(1, 2, 2));
        var made = b.Node("ConstantOfShape", [b.Constant("extent", Tensor.Of([elements], 1))], [(int)elements]);
        if (!isRead) return b.Build(b.Relu(x));
        var mean = b.Node("ReduceMean", [made], [], null, ("keepdims", new AttributeValue.Int(0)));
        return b.Build(b.Binary("Add", x, mean));
    }
}
