using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Pruning.Tests.Blocks;

/// <summary>
/// Small random residual classifiers: shortcuts that are identities, projections or a slice with padding; branches with batch norm, depthwise and grouped
/// convolutions, gates, an activation before or behind, and blocks inside blocks.
/// </summary>
internal sealed class RandomResidualNet
{
    private readonly GraphBuilder _builder;
    private readonly Random _random;

    private RandomResidualNet(int seed)
    {
        _builder = new GraphBuilder($"residual{seed}", seed);
        _random = new Random(seed);
    }

    public static ModelGraph Make(int seed) => new RandomResidualNet(seed).Make();

    private ModelGraph Make()
    {
        var x = _builder.Relu(_builder.Conv(_builder.Input(2, 6, 5), 2 * _random.Next(1, 4), Window.Same(3)));
        for (var count = _random.Next(1, 5); count > 0; count--) x = Block(x, nested: 1);
        if (Coin()) x = _builder.Relu(_builder.Conv(x, 5, Window.Same(1)));
        return _builder.Build(_builder.Dense(_builder.Flatten(_builder.GlobalAveragePool(x)), 3));
    }

    private string Block(string x, int nested)
    {
        var channels = Coin() ? Channels(x) : Channels(x) + 2;
        var y = Coin() ? x : _builder.BatchNorm(x, randomStatistics: true);
        for (var layers = _random.Next(2, 4); layers > 0; layers--)
        {
            y = Layer(y);
            if (nested > 0 && _random.Next(4) == 0) y = Block(y, nested - 1);
        }

        y = _builder.Conv(y, channels, Window.Same(3), bias: Coin());
        var shortcut = channels == Channels(x) ? x : Coin() ? Padded(x) : _builder.Conv(x, channels, Window.Same(1));
        var sum = Coin() ? _builder.Add(y, shortcut) : _builder.Add(shortcut, y);
        return Coin() ? _builder.Relu(sum) : sum;
    }

    private string Layer(string x) => _random.Next(5) switch
    {
        0 => _builder.Relu(_builder.Depthwise(x, Window.Same(3))),
        1 => _builder.Relu(_builder.Conv(x, 2 * _random.Next(1, 4), Window.Same(3), groups: Channels(x) % 2 == 0 ? 2 : 1)),
        2 => Gate(x),
        3 => _builder.Unary("Sigmoid", _builder.BatchNorm(_builder.Conv(x, _random.Next(2, 6), Window.Same(3)), randomStatistics: true)),
        _ => _builder.Relu(_builder.Conv(x, _random.Next(2, 6), Window.Same(3), bias: true)),
    };

    private string Gate(string x) => _builder.Binary(
        "Mul", x, _builder.Unary("Sigmoid", _builder.Conv(_builder.GlobalAveragePool(x), Channels(x), Window.Valid(1), bias: true)));

    /// <summary>The shortcut without parameters: every row and column, and a channel of zeros on either side.</summary>
    private string Padded(string x)
    {
        var shape = _builder.ShapeOf(x);
        var name = $"pad{_random.Next()}";
        var slice = _builder.Node("Slice", [x, Longs($"{name}.starts", 0, 0), Longs($"{name}.ends", 1000, 1000), Longs($"{name}.axes", 2, 3)], shape, $"{name}.slice");
        return _builder.Node("Pad", [slice, Longs($"{name}.pads", 0, 1, 0, 0, 0, 1, 0, 0)], shape.SetItem(1, shape[1] + 2), name);
    }

    private string Longs(string name, params long[] values) => _builder.Constant(name, Tensor.Of(values, values.Length));

    private int Channels(string x) => _builder.ShapeOf(x)[1];

    private bool Coin() => _random.Next(2) == 0;
}
