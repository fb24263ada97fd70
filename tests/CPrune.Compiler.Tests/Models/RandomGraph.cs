using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Compiler.Tests.Models;

/// <summary>Small random classifiers of everything the compiler knows: branches, concatenations, shortcuts, windows at the border.</summary>
internal sealed class RandomGraph
{
    private readonly Random _random;
    private readonly GraphBuilder _builder;
    private readonly List<string> _values = [];
    private int _constants;

    private RandomGraph(int seed)
    {
        _random = new Random(seed);
        _builder = new GraphBuilder($"random{seed}", seed);
    }

    public static ModelGraph Of(int seed)
    {
        var graph = new RandomGraph(seed);
        graph._values.Add(graph._builder.Input(graph.Pick(1, 2, 3, 8), graph.Pick(5, 8, 9), graph.Pick(5, 7, 8)));
        for (var i = graph._random.Next(2, 10); i > 0; i--) graph._values.Add(graph.Layer());
        return graph._builder.Build(graph.Head(graph._values[^1]));
    }

    /// <summary>A random graph with an algorithm drawn for each of its convolutions, and a layout for all of its images.</summary>
    public static (ModelGraph Graph, ModelPlan Plan) PlanOf(int seed, Target target)
    {
        var graph = Of(seed);
        var algorithms = Enum.GetValues<Algorithm>();
        var choices = AlgorithmChoices.Of(graph.Nodes.Select((n, i) => KeyValuePair.Create(n.Name, algorithms[(seed + i) % algorithms.Length])));
        int[] blocks = [0, 0, .. new[] { 4, 8, 16 }.Where(b => b <= target.MaxLanes)];
        var variant = new ModelVariant { Block = blocks[seed % blocks.Length] };
        return (graph, ModelPlan.Of(graph, choices with { Variant = variant }));
    }

    private string Layer()
    {
        var x = _random.Next(3) == 0 ? Pick([.. _values]) : _values[^1];
        return _random.Next(18) switch
        {
            0 or 1 or 2 => Convolution(x),
            3 => _builder.Depthwise(x, AnyWindow(), bias: Coin()),
            4 => _builder.BatchNorm(x, randomStatistics: true),
            5 or 6 => _builder.Unary(Pick("Relu", "Sigmoid", "HardSwish", "HardSigmoid", "LeakyRelu", "Tanh", "Neg", "Abs", "Elu", "Softplus", "Mish", "Gelu", "Erf"), x),
            7 => _builder.Clip(x, -0.5f, 1f),
            8 or 9 => Combined(x),
            10 => Concatenated(x),
            11 => Coin() ? _builder.MaxPool(x, AnyWindow()) : _builder.AveragePool(x, AnyWindow(), countPadding: Coin()),
            12 => Sliced(x),
            13 => _builder.ChannelShuffle(x, Divisor(_builder.ShapeOf(x)[1])),
            14 => _builder.Concat([_builder.Split(x, Divisor(_builder.ShapeOf(x)[1]))[0], Pick([.. Fitting(x)])]),
            15 => Gathered(x),
            16 => Turned(x),
            _ => Padded(x),
        };
    }

    private string Convolution(string x)
    {
        var channels = _builder.ShapeOf(x)[1];
        var groups = channels % 2 == 0 && _random.Next(3) == 0 ? 2 : 1;
        return _builder.Conv(x, groups * Pick(1, 3, 8, 20, 128), AnyWindow(), groups, bias: Coin());
    }

    /// <summary>With another value of the same shape, one of its own vector of weights, or a constant.</summary>
    private string Combined(string x)
    {
        var shape = _builder.ShapeOf(x);
        if (_random.Next(3) == 0)
        {
            var pooled = _builder.GlobalAveragePool(x);
            return _builder.Binary("Mul", x, _builder.Unary("Sigmoid", _builder.Conv(pooled, shape[1], Window.Valid(1), bias: true)));
        }

        if (_random.Next(3) == 0)
        {
            ImmutableArray<int>[] shapes = [[], [shape[1], 1, 1], [1, 1, shape[2], shape[3]], shape, [shape[3]]];
            return _builder.Binary(Pick("Add", "Sub", "Mul", "Max", "Min"), x, _builder.Constant($"constant{_values.Count}", _builder.Normal(1, [.. Pick(shapes)])));
        }

        // Without products, which would grow beyond what single precision tells apart.
        return _builder.Binary(Pick("Add", "Sub", "Max", "Min"), x, Pick([.. _values.Where(v => _builder.ShapeOf(v).SequenceEqual(shape))]));
    }

    private string Concatenated(string x)
    {
        string[] others = [.. Fitting(x)];
        return _builder.Concat([x, .. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Pick(others))]);
    }

    /// <summary>What can be concatenated with a value.</summary>
    private IEnumerable<string> Fitting(string x) => _values.Where(v => _builder.ShapeOf(v)[2..].SequenceEqual(_builder.ShapeOf(x)[2..]));

    private int Divisor(int of) => Pick([.. Enumerable.Range(1, of).Where(d => of % d == 0)]);

    private string Gathered(string x)
    {
        var shape = _builder.ShapeOf(x);
        int[] channels = [.. Enumerable.Range(0, _random.Next(1, shape[1] + 1)).Select(_ => _random.Next(shape[1]))];
        return _builder.Node("Gather", [x, Longs(channels)], shape.SetItem(1, channels.Length), null, ("axis", new AttributeValue.Int(1)));
    }

    private string Turned(string x)
    {
        int[] order = Pick([0, 2, 3, 1], [0, 1, 3, 2], new[] { 0, 3, 1, 2 });
        return _builder.Node(
            "Transpose", [x], [.. order.Select(axis => _builder.ShapeOf(x)[axis])], null, ("perm", new AttributeValue.Ints([.. order.Select(axis => (long)axis)])));
    }

    private string Sliced(string x)
    {
        var shape = _builder.ShapeOf(x);
        var channels = (shape[1] + 1) / 2;
        var start = _random.Next(shape[1] - channels + 1);
        var step = Math.Min(Pick(1, 2), shape[2]);
        var rows = (shape[2] + step - 1) / step;
        return _builder.Node(
            "Slice", [x, Longs(start, 0), Longs(start + channels, int.MaxValue), Longs(1, 2), Longs(1, step)], [1, channels, rows, shape[3]]);
    }

    private string Padded(string x)
    {
        var shape = _builder.ShapeOf(x);
        int[] pads = [0, _random.Next(3), _random.Next(2), _random.Next(2), 0, _random.Next(3), _random.Next(2), 0];
        return _builder.Node("Pad", [x, Longs(pads)], [1, .. Enumerable.Range(1, 3).Select(a => shape[a] + pads[a] + pads[a + 4])]);
    }

    private string Head(string x) => _random.Next(5) switch
    {
        0 => x,
        1 => _builder.Flatten(x),
        2 => _builder.Dense(_builder.Flatten(x), 7),
        3 => _builder.Node("Softmax", [_builder.Dense(_builder.Flatten(_builder.GlobalAveragePool(x)), 10)], [1, 10]),
        _ => _builder.Dense(_builder.Flatten(_builder.GlobalAveragePool(x)), 10),
    };

    /// <summary>A window that fits any image here, with uneven padding.</summary>
    private Window AnyWindow()
    {
        var (height, width) = (Pick(1, 2, 3), Pick(1, 2, 3));
        return new Window(height, width, Pick(1, 1, 2), 1, (_random.Next(height), _random.Next(width), height - 1, width - 1));
    }

    private string Longs(params int[] values) =>
        _builder.Constant($"integers{_constants++}", Tensor.Of(Array.ConvertAll(values, v => (long)v), values.Length));

    private bool Coin() => _random.Next(2) == 0;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
