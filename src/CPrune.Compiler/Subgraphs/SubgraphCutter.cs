using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Subgraphs.Builders;
using CPrune.Compiler.Subgraphs.Rearranging;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Cuts a rewritten graph into subgraphs: every node that must be computed becomes an anchor, unless a subgraph before it has taken it in.
/// </summary>
internal sealed class SubgraphCutter
{
    private readonly LiveGraph _graph;
    private readonly Func<Convolution, Algorithm> _choose;
    private readonly ConcatHomes _homes;
    private readonly BlockedImages _blocked;
    private readonly Values _values;
    private readonly EpilogueFusion _fusion;
    private readonly ImmutableArray<Subgraph>.Builder _subgraphs = ImmutableArray.CreateBuilder<Subgraph>();
    private readonly HashSet<Node> _fused = new(ReferenceEqualityComparer.Instance);

    /// <param name="choose">How each convolution is computed.</param>
    /// <param name="block"><see cref="ModelVariant.Block"/>.</param>
    public SubgraphCutter(LiveGraph graph, Func<Convolution, Algorithm> choose, int block)
    {
        (_graph, _choose) = (graph, choose);
        _homes = new ConcatHomes(graph);
        _blocked = new BlockedImages(graph, block);
        _values = new Values(graph, _homes, Write);
        _fusion = new EpilogueFusion(graph, _values.Find);
    }

    /// <summary>In an order in which they can run, and where the result is found after the last.</summary>
    /// <exception cref="UserErrorException">Kind Model: an operator that cannot be compiled, named with its node.</exception>
    public (ImmutableArray<Subgraph> Subgraphs, Operand.Value Result, ActivationExtents ResultExtents) Cut()
    {
        var input = _graph.ExtentsOrNull(_graph.Input) ?? throw new UserErrorException(
            UserErrorKind.Model, $"the model's input has the shape {Shapes.Text(_graph.ShapeOf(_graph.Input))}; images [1,C,H,W] or vectors [1,C] are needed");
        _values.Add(_graph.Input, InputView(input));
        foreach (var node in _graph.Nodes)
        {
            if (_fused.Contains(node) || ViewOperators.Knows(node, _graph) || Rearrangement.Knows(node)) continue;
            if (_homes.Concatenates(node)) Concatenate(node);
            else if (node.OpType == "Concat") Join(node);
            else foreach (var draft in Anchors.Of(node, _graph, _values, _choose)) Emit(draft);
        }

        var (result, extents) = Result();
        return (_subgraphs.ToImmutable(), result, extents);
    }

    /// <summary>One channel, or one pixel, is the same in both orders.</summary>
    private View InputView(ActivationExtents extents) => extents.Channels == 1 || extents.IsVector
        ? View.Whole(new Operand.Value(_graph.Input), extents)
        : View.Whole(new Operand.ModelInput(), extents, channelsFirst: true);

    private void Emit(Draft draft)
    {
        draft = _fusion.Extend(draft);
        _fused.UnionWith(draft.Fused);
        var home = _blocked.Of(draft, _homes.Of(draft.Value, draft.Frame.Extents));
        Write(draft, home);
        _values.Add(draft.Value, home.Shown(draft.Frame));
    }

    private void Write(Draft draft, Destination destination) => _subgraphs.Add(draft.WrittenTo(destination));

    /// <summary>What is not written in its place yet is copied there.</summary>
    private void Concatenate(Node node)
    {
        var buffer = _homes.BufferOf(node);
        var members = node.Inputs.Select((value, i) => _values.Within(buffer.Buffer, () => _homes.PlaceFor(node, i), value, node));
        _values.Add(node.Output, View.Whole(new Operand.Value(buffer.Buffer), buffer.Extents).Picked([.. members.SelectMany(m => m.BufferChannels)]));
    }

    /// <summary>Rows or columns of several values: copies side by side.</summary>
    private void Join(Node node)
    {
        var axis = _graph.CallOf(node).Axis(node.Int("axis", 1), _graph.ShapeOf(node.Output).Length);
        var extents = _graph.ExtentsOf(node.Output, node);
        if (axis < 2) throw Unsupported.Node(node, "it concatenates images (axis 0)");
        var place = _homes.Of(node.Output, extents);
        var whole = place.Shown(extents);
        foreach (var value in node.Inputs)
        {
            if (_graph.ConstantOrNull(value) is not null) throw Unsupported.Node(node, $"its input '{value}' is a constant");
            var view = _values.Lanes(value, node);
            Write(CopyComputation.Of(node, value, view, place), place);
            place = axis == 2 ? place with { FirstRow = place.FirstRow + view.Extents.Rows } : place with { FirstColumn = place.FirstColumn + view.Extents.Columns };
        }

        _values.Add(node.Output, whole);
    }

    /// <summary>A result that was flattened is found before its flattening: the entry point gives it back in ONNX's order either way.</summary>
    private (Operand.Value, ActivationExtents) Result()
    {
        var output = _graph.Output;
        var reader = _graph.ProducerOf(output) ?? throw new UserErrorException(UserErrorKind.Model, $"the model's output '{output}' is not computed");
        if (ViewOperators.IsFlattening(reader, _graph)) output = reader.Inputs[0];
        var extents = _graph.ExtentsOf(output, reader);
        var source = _values.Whole(output, reader).Source;
        return (source as Operand.Value ?? new Operand.Value(_graph.Input), extents);
    }
}
