using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>The constructs that cut, order and add channels.</summary>
internal sealed partial class RandomNet
{
    /// <summary>Sums of sums of layers that start in the same place.</summary>
    private string Tree(string x)
    {
        var filters = _random.Next(2, 6);
        string Leaf() => Activate(_builder.Conv(x, filters, Window.Same(1)));
        return Activate(_builder.Add(_builder.Add(Leaf(), Leaf()), Coin() ? Leaf() : _builder.Add(Leaf(), Leaf())));
    }

    /// <summary>A shortcut without parameters: zeros before and behind the channels.</summary>
    private string PaddedShortcut(string x)
    {
        var (front, back) = (_random.Next(3), _random.Next(1, 3));
        var total = front + Channels(x) + back;
        var pads = Longs(0, front, 0, 0, 0, back, 0, 0);
        var padded = _builder.Node("Pad", [x, pads], _builder.ShapeOf(x).SetItem(1, total));
        return Activate(_builder.Add(_builder.Conv(x, total, Window.Same(3)), padded));
    }

    /// <summary>Parts of a split go different ways, join again, and may be shuffled.</summary>
    private string Parts(string x)
    {
        var count = Enumerable.Range(2, 2).FirstOrDefault(g => Channels(x) % g == 0, 1);
        if (count == 1) return Slice(x);
        var parts = _builder.Split(x, count);
        _maps.Add(parts[0]);
        var joined = _builder.Concat([parts[0], .. parts.Skip(1).Select(p => Activate(_builder.Conv(p, Channels(p), Window.Same(3))))]);
        return Coin() ? Shuffle(joined) : joined;
    }

    private string Shuffle(string x)
    {
        var groups = Enumerable.Range(2, 3).FirstOrDefault(g => Channels(x) % g == 0 && Channels(x) > g, 1);
        return groups == 1 ? Slice(x) : _builder.ChannelShuffle(x, groups);
    }

    /// <summary>Some neighbouring channels, counted from the front or from the end.</summary>
    private string Slice(string x)
    {
        var channels = Channels(x);
        var start = _random.Next(channels);
        var end = _random.Next(start, channels) + 1;
        var bounds = (Coin() ? start : start - channels, end == channels && Coin() ? int.MaxValue : end);
        return _builder.Node("Slice", [x, Longs(bounds.Item1), Longs(bounds.Item2), Longs(Coin() ? 1 : -3)], _builder.ShapeOf(x).SetItem(1, end - start));
    }

    /// <summary>Any channels in any order, some of them twice.</summary>
    private string Choice(string x)
    {
        var chosen = Enumerable.Range(0, _random.Next(1, Channels(x) + 2)).Select(_ => (long)_random.Next(-Channels(x), Channels(x))).ToArray();
        return _builder.Node("Gather", [x, Longs(chosen)], _builder.ShapeOf(x).SetItem(1, chosen.Length), null, ("axis", new AttributeValue.Int(1)));
    }

    /// <summary>Squeeze and excitation with dense layers, which need a view as an image.</summary>
    private string DenseGate(string x)
    {
        var narrow = _builder.Relu(_builder.Dense(_builder.Flatten(_builder.GlobalAveragePool(x)), 3));
        var gate = _builder.Unary("Sigmoid", _builder.Dense(narrow, Channels(x)));
        return _builder.Binary("Mul", x, Coin() ? _builder.Reshape(gate, [Channels(x), 1, 1]) : ViewLike(x, gate));
    }

    /// <summary>With the number of channels of another value, which it has as many as.</summary>
    private string ViewLike(string x, string flat) => Counting.View(
        _builder, flat, [1, Channels(x), 1, 1], $"view{_constants}", Counting.Extent(_builder, x, 0), Counting.Extent(_builder, x, 1), Longs(1, 1));

    /// <summary>A flatten with the channels innermost.</summary>
    private string ChannelsLast(string x)
    {
        var shape = _builder.ShapeOf(x);
        var turned = _builder.Node("Transpose", [x], [1, shape[2], shape[3], shape[1]], null, ("perm", new AttributeValue.Ints([0, 2, 3, 1])));
        return _builder.Dense(_builder.Reshape(turned, [Shapes.Count(shape)]), 3);
    }

    private string Matrix(string x)
    {
        var weight = _builder.Constant($"matrix{_constants++}", _builder.Normal(0.3, Channels(x), 3));
        var product = _builder.Node("MatMul", [x, weight], [1, 3]);
        return _builder.Add(product, _builder.Constant($"offset{_constants++}", _builder.Uniform(-1, 1, 3)));
    }

    /// <summary>Sometimes another classifier, or a map as it is.</summary>
    private string[] MoreOutputs() => _random.Next(6) switch
    {
        0 => [_builder.Dense(_builder.Flatten(_builder.GlobalAveragePool(Pick())), 2)],
        1 when _maps[_random.Next(_maps.Count)] is var map => [map],
        _ => [],
    };

    /// <summary>Splits that say nothing about their sizes, at random.</summary>
    private ModelGraph WithEqualParts(ModelGraph graph) =>
        graph with { Nodes = [.. graph.Nodes.Select(n => n.OpType == "Split" && Coin() ? n with { Inputs = [n.Inputs[0]] } : n)] };

    private string Longs(params long[] values) => _builder.Constant($"longs{_constants++}", Tensor.Of(values, ImmutableArray.Create(values.Length)));
}
