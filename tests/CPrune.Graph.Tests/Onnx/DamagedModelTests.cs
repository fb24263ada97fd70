using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using CPrune.Graph.Rewrites;
using CsCheck;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Onnx;

/// <summary>A damaged file is a sentence, never a crash.</summary>
public sealed class DamagedModelTests
{
    private static readonly byte[] Healthy = OnnxFile.ToBytes(Network());

    [Fact]
    public void Whatever_bytes_are_changed() => Gen.Select(Gen.Int[0, Healthy.Length - 1], Gen.Byte).Array[1, 4].Sample(
        changes =>
        {
            var bytes = (byte[])Healthy.Clone();
            foreach (var (position, value) in changes) bytes[position] = value;
            try
            {
                var graph = OnnxFile.FromBytes(bytes, "m.onnx");
                ShapeInference.Infer(graph);
                InferenceRewrites.Apply(graph);
            }
            catch (UserErrorException e)
            {
                Assert.NotEmpty(e.Message);
            }
        },
        iter: 10000);

    /// <summary>Small weights and many operators, so that most changes hit structure.</summary>
    private static ModelGraph Network()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Clip(b.BatchNorm(b.Conv(b.Input(1, 8, 8), 2, Window.Same(1, 2))), 0, 6);
        x = b.AveragePool(b.MaxPool(x, Window.Valid(2, 1)), Window.Same(3));
        var sliced = b.Node("Slice", [x, b.Constant("from", Longs(0)), b.Constant("to", Longs(2)), b.Constant("on", Longs(3))], [1, 2, 3, 2]);
        var padded = b.Node("Pad", [sliced, b.Constant("pads", Longs(0, 0, 0, 0, 0, 0, 0, 1))], [1, 2, 3, 3]);
        x = b.Concat([b.Add(x, padded), b.Node("Transpose", [x], [1, 2, 3, 3], null, ("perm", Ints(0, 1, 3, 2)))]);
        x = b.Node("Reshape", [x, b.Constant("shape", Longs(0, -1))], [1, 36]);
        return b.Build(b.Node("Softmax", [b.Dense(b.Flatten(x), 2)], [1, 2], null, ("axis", Int(1))));
    }
}
