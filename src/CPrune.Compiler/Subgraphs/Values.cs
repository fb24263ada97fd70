using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Which values are in memory already and how they are seen there; makes a copy where no view will do.</summary>
/// <param name="copy">Writes a copy of a view as the value of this name, for the sake of a node.</param>
internal sealed class Values(LiveGraph graph, Action<Node, string, View> copy)
{
    private readonly Dictionary<string, View> _places = new(StringComparer.Ordinal);

    public void Add(string value, View place) => _places[value] = place;

    /// <summary>A value by channels last; null where it is not computed yet or needs a copy first.</summary>
    public View? Find(string value) => FindAnyOrder(value) is { } view ? ChannelsLast(view) : null;

    /// <summary>A computed value by channels last.</summary>
    public View Lanes(string value, Node reader) => ChannelsLast(AnyOrder(value, reader));

    /// <summary>
    /// A value with a window's padding around it. Its channels lie side by side, because they may be reduced over.
    /// </summary>
    /// <param name="anyOrder">Whether the reader copes with the model's input as it is given, channels first.</param>
    public View Padded(string value, Node reader, Padding padding, float fill, bool anyOrder)
    {
        var view = AnyOrder(value, reader);
        if (!anyOrder) view = ChannelsLast(view);
        if (view.Channels.Stride == 1 && !view.Channels.LeavesBuffer && view.Padded(padding, fill) is { } padded) return padded;
        return Copied(value, reader, view).Padded(padding, fill)!;
    }

    /// <summary>A value that fills its buffer.</summary>
    public View Whole(string value, Node reader)
    {
        var view = AnyOrder(value, reader);
        return view.IsWhole ? view : Copied(value, reader, view);
    }

    private View Copied(string value, Node reader, View view)
    {
        copy(reader, value, ChannelsLast(view));
        return _places[value];
    }

    /// <summary>The model's input, which alone is given channels first, also exists rearranged.</summary>
    private View ChannelsLast(View view) =>
        view.ChannelsFirst ? view with { Source = new Operand.Value(graph.Input), ChannelsFirst = false } : view;

    private View? FindAnyOrder(string value)
    {
        if (_places.TryGetValue(value, out var place)) return place;
        return graph.ProducerOf(value) is { } node && ViewOperators.Knows(node) && FindAnyOrder(node.Inputs[0]) is { } input
            ? ViewOperators.Of(node, value, input, graph)
            : null;
    }

    private View AnyOrder(string value, Node reader)
    {
        if (_places.TryGetValue(value, out var place)) return place;
        var node = graph.ProducerOf(value) is { } producer && ViewOperators.Knows(producer)
            ? producer
            : throw Unsupported.Node(reader, $"its input '{value}' is neither computed before it nor a view of what is");
        var input = AnyOrder(node.Inputs[0], node);
        return ViewOperators.Of(node, value, input, graph) ?? ViewOperators.Of(node, value, Copied(node.Inputs[0], node, input), graph)!;
    }
}
