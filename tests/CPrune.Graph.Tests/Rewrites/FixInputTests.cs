using System.Collections.Immutable;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Graph.Rewrites;

namespace CPrune.Graph.Tests.Rewrites;

/// <summary>Models that leave extents open, or were exported for a batch.</summary>
public sealed class FixInputTests
{
    [Fact]
    public void OpenExtentsAreGiven()
    {
        var graph = Network();
        var open = graph with { Inputs = [graph.Input with { Shape = [new(null, "N"), 3, new(null, "height"), new(null, null)] }] };
        Assert.Throws<UserErrorException>(() => ShapeInference.Infer(open));
        var closed = FixInput.WithShape(open, [1, 3, 6, 6]);
        Assert.Equal(graph.Input.Shape, closed.Input.Shape);
        Assert.Equal([1, 5], ShapeInference.Infer(closed)[closed.Output.Name]);
    }

    [Theory]
    [InlineData("the input 'input' has 4 axes, and --input-shape gives 3", 3, 6, 6)]
    [InlineData("the input 'input' has the extent 3 on axis 1, and --input-shape gives 1: only what is open can be given", 1, 1, 6, 6)]
    public void WhatTheFileSaysStays(string message, params int[] extents)
    {
        var error = Assert.Throws<UserErrorException>(() => FixInput.WithShape(Network(), [.. extents]));
        Assert.Equal((UserErrorKind.Usage, message), (error.Kind, error.Message));
    }

    /// <summary>The batch is written into reshapes: as it is, folded into another axis, and beside a constant that only looks like it.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void AModelOfBatchesBecomesOneOfSingleImages(int batch)
    {
        var b = new GraphBuilder("batches", seed: 1);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), batch, Window.Same(3)));
        // A bias of as many channels as there are images.
        var bias = b.Node("Reshape", [b.Constant("bias", b.Normal(1, batch)), Numbers(b, "bias shape", batch, 1, 1)], [batch, 1, 1]);
        x = b.Binary("Add", x, bias);
        var split = b.Node("Reshape", [x, Numbers(b, "split", batch, batch, 2, 18)], [1, batch, 2, 18]);
        var flat = b.Node("Reshape", [split, Numbers(b, "flat", batch, batch * 36)], [1, batch * 36]);
        var graph = b.Build(b.Dense(flat, 5));
        var exported = graph with
        {
            Inputs = [graph.Input with { Shape = graph.Input.Shape.SetItem(0, batch) }],
            Outputs = [graph.Output with { Shape = graph.Output.Shape.SetItem(0, batch) }],
        };
        var images = Referee.Data(1, batch, 3, 6, 6);
        var expected = Referee.Run(exported, images)[0];
        var single = FixInput.WithOpenBatch(exported);
        Assert.Null(single.Input.Shape[0].Value);
        for (var i = 0; i < batch; i++)
        {
            var image = Tensor.Of(images.Floats.Slice(i * 108, 108).ToArray(), 1, 3, 6, 6);
            var scores = Tensor.Of(expected.Floats.Slice(i * 5, 5).ToArray(), 1, 5);
            Referee.AssertClose(scores, Referee.Run(single, image)[0]);
            Referee.AssertClose(scores, ReferenceEvaluator.Run(single, image));
        }

        Referee.AssertClose(expected, Referee.Run(single, images)[0]);
    }

    private static string Numbers(GraphBuilder b, string name, params long[] values) => b.Constant(name, Tensor.Of(values, values.Length));

    private static ModelGraph Network()
    {
        var b = new GraphBuilder("open", seed: 1);
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(b.Conv(b.Input(3, 6, 6), 8, Window.Same(3)))), 5));
    }
}
