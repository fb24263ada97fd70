using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>Constructs that are left alone, wholly or where something meets them: what is understood around them must not take one channel for another.</summary>
internal sealed partial class RandomNet
{
    private const int Kinds = 21;

    /// <summary>Of the layers of a net with such constructs.</summary>
    private const int KindsLeftAlone = 10;

    private bool _leavesAlone;

    /// <summary>As <see cref="Make(int)"/>, and about a third of the layers are such constructs.</summary>
    public static ModelGraph MakeWithLeftAlone(int seed) => new RandomNet(seed) { _leavesAlone = true }.Make();

    private string LeftAlone(string x) => _random.Next(8) switch
    {
        0 => Backwards(x),
        1 => SumOfBothWays(x),
        2 => EveryOther(x),
        3 => Turned(x, 0, 2, 1, 3),
        4 => Turned(x, 0, 3, 2, 1),
        5 => Activate(_builder.Conv(Turned(x, 0, 2, 1, 3), _random.Next(2, 7), Window.Same(3))),
        6 => Halves(x),
        _ => SpatialGate(x),
    };

    private string Backwards(string x) => _builder.Node("Slice", [x, Longs(-1), Longs(int.MinValue), Longs(1), Longs(-1)], _builder.ShapeOf(x));

    /// <summary>Some of the channels of a sum that couples each with another.</summary>
    private string SumOfBothWays(string x) => Slice(_builder.Add(x, Backwards(x)));

    private string EveryOther(string x) =>
        _builder.Node("Slice", [x, Longs(0), Longs(Channels(x)), Longs(1), Longs(2)], _builder.ShapeOf(x).SetItem(1, (Channels(x) + 1) / 2));

    /// <summary>Channels exchanged with rows or columns.</summary>
    private string Turned(string x, params int[] order) => _builder.Node(
        "Transpose", [x], [.. order.Select(a => _builder.ShapeOf(x)[a])], null, ("perm", new AttributeValue.Ints([.. order])));

    /// <summary>Two halves of the channels, one above the other or behind it.</summary>
    private string Halves(string x)
    {
        if (Channels(x) % 2 != 0) return Backwards(x);
        var (half, height, width) = (Channels(x) / 2, _builder.ShapeOf(x)[2], _builder.ShapeOf(x)[3]);
        return Coin() ? _builder.Reshape(x, [half, 2 * height, width]) : _builder.Reshape(x, [half, height, 2 * width]);
    }

    private string SpatialGate(string x)
    {
        var mean = _builder.Node("ReduceMean", [x], _builder.ShapeOf(x).SetItem(1, 1), null, ("axes", new AttributeValue.Ints([1])));
        return _builder.Binary("Mul", x, _builder.Unary("Sigmoid", mean));
    }
}
