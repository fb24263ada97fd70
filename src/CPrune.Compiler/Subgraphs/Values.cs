using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Builders;
using CPrune.Compiler.Subgraphs.Rearranging;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Which values are in memory already and how they are seen there; makes a copy where no view will do.</summary>
/// <param name="write">Takes a copy as a subgraph.</param>
internal sealed class Values(LiveGraph graph, ConcatHomes homes, Action<Draft, Destination> write)
{
    private readonly Dictionary<string, View> _places = new(StringComparer.Ordinal);

    /// <summary>Copies of values with their channels in order.</summary>
    private readonly Dictionary<string, View> _copies = new(StringComparer.Ordinal);

    /// <summary>Copies of values with their channels side by side in whatever order.</summary>
    private readonly Dictionary<string, View> _packed = new(StringComparer.Ordinal);

    public void Add(string value, View place) => _places[value] = place;

    /// <summary>A value in order, channel beside channel; null where it is not computed yet or needs a copy first.</summary>
    public View? Find(string value) =>
        FindPlace(value) is { IsOrdered: true, Channels.Stride: 1 } view ? ChannelsLast(view) : _copies.GetValueOrDefault(value);

    /// <summary>A computed value with its channels in order.</summary>
    public View Lanes(string value, Node reader)
    {
        var view = Place(value, reader);
        return view.IsOrdered ? ChannelsLast(view) : Copied(value, reader, view);
    }

    /// <summary>
    /// A value with a window's padding around it. Its channels lie side by side, because they may be reduced over.
    /// </summary>
    /// <param name="anyLayout">Whether the reader copes with the model's input as it is given, channels first.</param>
    public View Padded(string value, Node reader, Padding padding, float fill, bool anyLayout = false)
    {
        var view = Place(value, reader);
        return Surrounded(anyLayout ? view : ChannelsLast(view), padding, fill) ?? Surrounded(Copied(value, reader, view), padding, fill)!;
    }

    /// <summary>The same for a reader that the order of channels does not matter to: channel <c>i</c> of the value is the view's <c>Order[i]</c>.</summary>
    /// <param name="anyLayout">Whether the reader copes with the model's input as it is given, channels first.</param>
    public (View View, ImmutableArray<int> Order) InAnyOrder(string value, Node reader, Padding padding, float fill, bool anyLayout = false)
    {
        var view = Place(value, reader);
        if (view.IsOrdered || ChannelOrder.Sorted(view.Order) is not { } sorted) return (Padded(value, reader, padding, fill, anyLayout), default);
        var order = ChannelOrder.Ranks(view.Order, sorted);
        var together = ChannelsLast(view) with { Order = default };
        return (Surrounded(together.Picked(sorted), padding, fill) ?? Surrounded(Packed() with { Order = default }, padding, fill)!, order);

        View Packed()
        {
            if (_packed.TryGetValue(value, out var packed)) return packed;
            return _packed[value] = CopiedTo(new Destination($"{value}/packed", view.Extents), value, reader);
        }
    }

    /// <summary>A value that fills its buffer.</summary>
    public View Whole(string value, Node reader)
    {
        var view = Place(value, reader);
        return view.IsWhole ? view : Copied(value, reader, view);
    }

    /// <summary>A value as it lies in a buffer: where it is, or copied to a free place there; its channels in whatever order.</summary>
    public View Within(string buffer, Func<Destination> free, string value, Node reader)
    {
        var view = Place(value, reader);
        return view.Source == new Operand.Value(buffer) ? view : CopiedTo(free(), value, reader);
    }

    /// <summary>Copies a value with its channels as they come in memory, which takes the fewest and longest runs.</summary>
    private View CopiedTo(Destination destination, string value, Node reader)
    {
        var view = ChannelsLast(Place(value, reader));
        ImmutableArray<int> order = default;
        if (!view.IsOrdered && ChannelOrder.Sorted(view.Order) is { } sorted)
            (order, view) = (ChannelOrder.Ranks(view.Order, sorted), (view with { Order = default }).Picked(sorted));
        var written = Write(view, destination, value, reader);
        return order.IsDefault ? written : written.Picked(order);
    }

    private View Copied(string value, Node reader, View view)
    {
        if (_copies.TryGetValue(value, out var copy)) return copy;
        return _copies[value] = Write(ChannelsLast(view), new Destination($"{value}/copy", view.Extents), value, reader);
    }

    private View Write(View view, Destination destination, string value, Node reader)
    {
        var natural = view with { Order = default };
        var order = view.IsOrdered ? [.. Enumerable.Range(0, view.Extents.Channels)] : view.Order;
        foreach (var run in ChannelRun.Of(order))
        {
            var part = natural with { Channels = natural.Channels.Sliced(run.From, run.Count, run.FromStep) };
            var place = destination with { FirstChannel = destination.FirstChannel + run.To * destination.ChannelStep, ChannelStep = run.ToStep * destination.ChannelStep };
            write(CopyComputation.Of(reader, value, part, place), place);
        }

        return destination.Shown(view.Extents);
    }

    /// <summary>The model's input, which alone is given channels first, also exists rearranged.</summary>
    private View ChannelsLast(View view) =>
        view.ChannelsFirst ? view with { Source = new Operand.Value(graph.Input), ChannelsFirst = false } : view;

    private static View? Surrounded(View view, Padding padding, float fill) =>
        view is { IsOrdered: true, Channels: { Stride: 1, LeavesBuffer: false } } ? view.Padded(padding, fill) : null;

    private View? FindPlace(string value)
    {
        if (_places.TryGetValue(value, out var place)) return place;
        return graph.ProducerOf(value) is { } node && ViewOperators.Knows(node, graph) && FindPlace(node.Inputs[0]) is { } input
            ? ViewOperators.Of(node, value, input, graph)
            : null;
    }

    private View Place(string value, Node reader)
    {
        if (_places.TryGetValue(value, out var place)) return place;
        if (graph.ProducerOf(value) is { } node)
        {
            if (ViewOperators.Knows(node, graph))
            {
                var input = Place(node.Inputs[0], node);
                return ViewOperators.Of(node, value, input, graph) ?? ViewOperators.Of(node, value, Copied(node.Inputs[0], node, input), graph)!;
            }

            if (Rearrangement.Knows(node)) return _places[value] = Rearranged(value, node);
        }

        throw Unsupported.Node(reader, $"its input '{value}' is neither computed before it nor a view of what is");
    }

    /// <summary>Moves the elements in one step or, where that has no regular form, by way of a vector in ONNX's order.</summary>
    private View Rearranged(string value, Node node)
    {
        var rearrangement = Rearrangement.Of(value, graph);
        var (source, from, to, places) = rearrangement;
        if (rearrangement.Channels is { } channels) return Place(source, node).Picked(channels);

        var view = Lanes(source, node);
        var home = homes.Of(value, to);
        if (Digits.Of(places, from, to) is { } direct)
        {
            write(RearrangeComputation.Of(node, value, view, direct, to), home);
            return home.Shown(to);
        }

        var flat = new Destination($"{value}/flat", new ActivationExtents(1, 1, from.Count));
        var flattening = Digits.Of([.. Enumerable.Range(0, from.Count).Select(i => (long)i)], from, flat.Extents)!.Value;
        var rest = Digits.Of(places, flat.Extents, to) ?? throw Unsupported.Node(
            node, $"it rearranges {Shapes.Text(graph.ShapeOf(source))} as {Shapes.Text(graph.ShapeOf(value))}, across the ends of rows and columns");
        write(RearrangeComputation.Of(node, flat.Buffer, view, flattening, flat.Extents) with { Stage = "flat", IsMain = false }, flat);
        write(RearrangeComputation.Of(node, value, flat.Shown(flat.Extents), rest, to), home);
        return home.Shown(to);
    }
}
