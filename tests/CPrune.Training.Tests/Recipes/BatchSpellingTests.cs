using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Tests;
using CPrune.Training.Data;

namespace CPrune.Training.Tests.Recipes;

/// <summary>
/// The ways in which exporters write that the first axis stays and the others become one. Each is evaluated and trained with batches, of a file
/// with an open batch and of one that was exported for a single image.
/// </summary>
public class BatchSpellingTests
{
    private static int s_constants;

    private const int Images = 270; // More than one batch of an evaluation, and a last one of another size.

    public static TheoryData<string, bool> Spellings
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var name in s_views.Keys)
            {
                data.Add(name, true);
                data.Add(name, false);
            }

            return data;
        }
    }

    private static readonly Dictionary<string, Func<GraphBuilder, string, int, string>> s_views = new(StringComparer.Ordinal)
    {
        ["flatten"] = (b, x, _) => b.Flatten(x),
        ["constant, zero copies"] = (b, x, k) => Reshape(b, x, k, Numbers(b, 0, -1)),
        ["constant, extent written out"] = (b, x, k) => Reshape(b, x, k, Numbers(b, -1, k)),
        ["gather, rest open"] = (b, x, k) => Reshape(b, x, k, Joined(b, Column(b, Gathered(b, x)), Numbers(b, -1))),
        ["gather, extent written out"] = (b, x, k) => Reshape(b, x, k, Joined(b, Column(b, Gathered(b, x)), Numbers(b, k))),
        ["slice"] = (b, x, k) => Reshape(b, x, k, Joined(b, Sliced(b, x), Numbers(b, -1))),
        ["part of a shape"] = (b, x, k) => Reshape(b, x, k, Joined(b, PartOfShape(b, x), Numbers(b, k))),
        ["casts between"] = (b, x, k) => Reshape(b, x, k, Joined(b, Column(b, Cast(b, Cast(b, Gathered(b, x), 1), 7)), Numbers(b, -1))),
        ["extents multiplied"] = (b, x, k) => Reshape(b, x, k, Joined(b, Column(b, Gathered(b, x)), Column(b, Product(b, x)))),
        ["channel shuffle"] = (b, x, k) => b.Flatten(Shuffled(b, x)),
    };

    [Theory, MemberData(nameof(Spellings))]
    public void AnsweredAndTrainedAsONNXRuntimeDoes(string spelling, bool isOpen)
    {
        var images = SmallData.Images(Images);
        var graph = SmallData.Train(Network(spelling, isOpen), images, SmallData.Recipe(96));
        var accuracy = SmallData.Evaluate(graph, images);
        Assert.Equal(Expected(Open(graph), images), accuracy.Correct);
        Assert.InRange(accuracy.Hits, 1, Images - 1); // Neither none nor all, so that the comparison says something.
    }

    private static List<bool> Expected(ModelGraph graph, ImageSet images)
    {
        var pixels = new float[images.Pixels.Length];
        var normalization = SmallData.Normalization.ForChannels(images.Channels);
        for (var i = 0; i < images.Count; i++)
            normalization.Apply(images.Image(i), images.Channels, pixels.AsSpan(i * images.PixelsPerImage, images.PixelsPerImage));
        var scores = Referee.Run(graph, Tensor.Of(pixels, images.Count, images.Channels, images.Height, images.Width))[0].Floats.ToArray();
        return [.. scores.Chunk(scores.Length / images.Count).Select((row, i) => Array.IndexOf(row, row.Max()) == images.Labels[i])];
    }

    private static ModelGraph Network(string spelling, bool isOpen)
    {
        var b = new GraphBuilder(spelling, seed: 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 32, 32), 8, Window.Same(3, 4))));
        var shape = b.ShapeOf(x);
        var graph = b.Build(b.Dense(s_views[spelling](b, x, shape[1] * shape[2] * shape[3]), 12));
        // The first in which a part of a shape can be asked for.
        graph = graph with { Metadata = graph.Metadata with { OpsetImports = graph.Metadata.OpsetImports.SetItem("", 15) } };
        return isOpen ? graph : graph with { Inputs = [graph.Input with { Shape = [1, .. graph.Input.Shape.Skip(1)] }] };
    }

    private static ModelGraph Open(ModelGraph graph) =>
        graph with { Inputs = [graph.Input with { Shape = [new Dimension(null, "N"), .. graph.Input.Shape.Skip(1)] }] };

    private static string Reshape(GraphBuilder b, string x, int extent, string shape) => b.Node("Reshape", [x, shape], [1, extent]);

    private static string Numbers(GraphBuilder b, params long[] values) =>
        b.Constant($"numbers {Interlocked.Increment(ref s_constants)}", Tensor.Of(values, values.Length));

    private static string Number(GraphBuilder b, long value) => b.Constant($"number {Interlocked.Increment(ref s_constants)}", Tensor.Of([value]));

    private static string Shape(GraphBuilder b, string x) => b.Node("Shape", [x], [4]);

    private static string PartOfShape(GraphBuilder b, string x) =>
        b.Node("Shape", [x], [1], null, ("start", new AttributeValue.Int(0)), ("end", new AttributeValue.Int(1)));

    private static string Gathered(GraphBuilder b, string x, long axis = 0) => b.Node("Gather", [Shape(b, x), Number(b, axis)], []);

    private static string Sliced(GraphBuilder b, string x) => b.Node("Slice", [Shape(b, x), Numbers(b, 0), Numbers(b, 1), Numbers(b, 0)], [1]);

    private static string Column(GraphBuilder b, string x) => b.Node("Unsqueeze", [x, Numbers(b, 0)], [1]);

    private static string Cast(GraphBuilder b, string x, int to) => b.Node("Cast", [x], [], null, ("to", new AttributeValue.Int(to)));

    private static string Joined(GraphBuilder b, params string[] parts) => b.Node("Concat", parts, [parts.Length], null, ("axis", new AttributeValue.Int(0)));

    private static string Product(GraphBuilder b, string x) =>
        b.Node("Mul", [b.Node("Mul", [Gathered(b, x, 1), Gathered(b, x, 2)], []), Gathered(b, x, 3)], []);

    private static string Shuffled(GraphBuilder b, string x)
    {
        var shape = b.ShapeOf(x);
        var parts = (long[])[2, shape[1] / 2, shape[2], shape[3]];
        var split = b.Node("Reshape", [x, Joined(b, Column(b, Gathered(b, x)), Numbers(b, parts))], [1, 2, shape[1] / 2, shape[2], shape[3]]);
        var turned = b.Node(
            "Transpose", [split], [1, shape[1] / 2, 2, shape[2], shape[3]], null, ("perm", new AttributeValue.Ints([0, 2, 1, 3, 4])));
        return b.Node("Reshape", [turned, Joined(b, Column(b, Gathered(b, x)), Numbers(b, -1, shape[2], shape[3]))], shape);
    }
}
