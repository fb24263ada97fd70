using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>
/// Small random classifiers with everything that couples channels: residual adds in chains and trees, concatenations, splits, slices, choices and shuffles of
/// channels, shortcuts padded with zeros, grouped and depthwise convolutions, shared weights, gates, several consumers and outputs, per-channel constants, and
/// each kind of head.
/// </summary>
internal sealed partial class RandomNet
{
    /// <summary>Concatenation and multipliers may otherwise grow a network without bound.</summary>
    private const int ManyChannels = 12;

    private readonly GraphBuilder _builder;
    private readonly Random _random;
    private readonly List<string> _maps = [];
    private readonly List<(string Weight, int Channels)> _sharable = [];
    private int _constants;

    private RandomNet(int seed)
    {
        _builder = new GraphBuilder($"net{seed}", seed);
        _random = new Random(seed);
    }

    public static ModelGraph Make(int seed) => new RandomNet(seed).Make();

    /// <summary>A batch of two images that fits <see cref="Make(int)"/>.</summary>
    public static Tensor Images(ModelGraph graph, int seed)
    {
        var extents = graph.Input.Shape.Skip(1).Select(d => d.Value!.Value).ToArray();
        return new GraphBuilder("images", seed).Normal(1, [2, .. extents]);
    }

    private ModelGraph Make()
    {
        _maps.Add(Activate(_builder.Conv(_builder.Input(_random.Next(1, 4), 5, 6), _random.Next(2, 7), Window.Same(3), bias: Coin())));
        for (var count = _random.Next(3, 12); count > 0; count--) _maps.Add(Layer(Pick()));
        return WithEqualParts(_builder.Build([Head(_maps[^1]), .. MoreOutputs()]));
    }

    private string Layer(string x) => (Channels(x) > ManyChannels ? 0 : _random.Next(_leavesAlone ? Kinds + KindsLeftAlone : Kinds)) switch
    {
        0 or 1 => Activate(_builder.Conv(x, _random.Next(1, 7), Window.Same(3), bias: Coin())),
        2 => Sharable(x),
        3 or 4 => Residual(x),
        5 => _builder.Concat([x, SameSize(x), .. Coin() ? [x] : Array.Empty<string>()]),
        6 => Activate(_builder.Depthwise(x, Window.Same(3), Coin())),
        7 => Activate(_builder.Conv(x, 2 * Channels(x), Window.Same(3), Channels(x))),
        8 => Grouped(x),
        9 => Gate(x),
        10 => PerChannel(x),
        11 => Tree(x),
        12 => PaddedShortcut(x),
        13 or 14 => Parts(x),
        15 => Slice(x),
        16 => Choice(x),
        17 => Shuffle(x),
        18 => DenseGate(x),
        >= Kinds => LeftAlone(x),
        _ => Coin() ? _builder.MaxPool(x, Window.Same(3)) : _builder.AveragePool(x, Window.Same(3)),
    };

    /// <summary>A convolution whose weight a later one may use again.</summary>
    private string Sharable(string x)
    {
        var shared = _sharable.Where(s => s.Channels == Channels(x)).ToList();
        if (shared.Count > 0 && Coin()) return Activate(_builder.ConvShared(x, shared[_random.Next(shared.Count)].Weight, Window.Same(1)));
        var name = $"shared{_sharable.Count}";
        var y = _builder.Conv(x, _random.Next(2, 6), Window.Same(1), name: name);
        _sharable.Add(($"{name}.weight", Channels(x)));
        return Activate(y);
    }

    private string Residual(string x)
    {
        var y = Activate(_builder.Conv(x, Coin() ? Channels(x) : _random.Next(2, 6), Window.Same(3)));
        var other = Channels(y) == Channels(x) ? x : _builder.Conv(x, Channels(y), Window.Same(1));
        return Activate(_builder.Binary(_random.Next(3) switch { 0 => "Sub", 1 => "Mul", _ => "Add" }, y, other));
    }

    private string Grouped(string x)
    {
        var groups = Enumerable.Range(2, 3).FirstOrDefault(g => Channels(x) % g == 0 && Channels(x) > g, 1);
        return Activate(_builder.Conv(x, groups * _random.Next(1, 4), Window.Same(3), groups, Coin()));
    }

    /// <summary>Squeeze and excitation: a gate per channel.</summary>
    private string Gate(string x)
    {
        var narrow = _builder.Relu(_builder.Conv(_builder.GlobalAveragePool(x), 3, Window.Valid(1), bias: true));
        return _builder.Binary("Mul", x, _builder.Unary("Sigmoid", _builder.Conv(narrow, Channels(x), Window.Valid(1), bias: true)));
    }

    private string PerChannel(string x)
    {
        var constant = _builder.Constant($"per_channel{_constants++}", _builder.Uniform(0.1, 1, Channels(x), 1, 1));
        return _builder.Binary(_random.Next(3) switch { 0 => "Mul", 1 => "Add", _ => "PRelu" }, x, constant);
    }

    private string Activate(string x)
    {
        if (Coin()) x = _builder.BatchNorm(x, randomStatistics: true);
        return _random.Next(5) switch
        {
            0 => _builder.Relu(x),
            1 => _builder.Unary("Sigmoid", x),
            2 => _builder.Clip(x, -0.5f, 1.5f),
            3 => _builder.Unary("LeakyRelu", x),
            _ => x,
        };
    }

    private string Head(string x) => _random.Next(7) switch
    {
        0 => _builder.Dense(_builder.Flatten(_builder.GlobalAveragePool(x)), 3),
        1 => _builder.Dense(_builder.Relu(_builder.Dense(_builder.Flatten(x), 5)), 3),
        2 => _builder.Dense(Reshape(x), 3),
        3 => _builder.Flatten(_builder.GlobalAveragePool(_builder.Conv(x, 3, Window.Valid(1), bias: true))),
        4 => ChannelsLast(x),
        5 => Matrix(_builder.Flatten(x)),
        _ => _builder.Dense(Mean(x), 3),
    };

    /// <summary>A flatten with the number of columns written into the shape, or inferred.</summary>
    private string Reshape(string x)
    {
        var columns = Shapes.Count(_builder.ShapeOf(x));
        var shape = _builder.Constant($"shape{_constants++}", Tensor.Of([Coin() ? -1L : 0L, columns], 2));
        return _builder.Node("Reshape", [x, shape], [1, columns]);
    }

    private string Mean(string x) => _builder.Node(
        "ReduceMean", [x], [1, Channels(x)], null,
        ("axes", new AttributeValue.Ints([2, -1])), ("keepdims", new AttributeValue.Int(0)));

    private string Pick() => _maps[Math.Max(_random.Next(_maps.Count), _random.Next(_maps.Count))];

    private string SameSize(string x)
    {
        var maps = _maps.Where(m => _builder.ShapeOf(m)[2..].SequenceEqual(_builder.ShapeOf(x)[2..])).ToImmutableArray();
        return maps[_random.Next(maps.Length)];
    }

    private int Channels(string x) => _builder.ShapeOf(x)[1];

    private bool Coin() => _random.Next(2) == 0;
}
