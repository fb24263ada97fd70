using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Where an element of the output is in the iteration space: its row, column and channel as indices over the axes. Everything fused behind an
/// anchor is read through the anchor's frame.
/// </summary>
/// <param name="ChannelAxes">The axes that make up the channel, outermost first: <c>oc</c>, or <c>g, oc</c> for a grouped convolution, or <c>c</c>.</param>
internal sealed record Frame(
    ActivationExtents Extents, AffineIndex Row, AffineIndex Column, AffineIndex Channel, ImmutableArray<Axis> ChannelAxes)
{
    /// <summary>Channel <c>i</c> of the value is computed as the frame's channel <c>Order[i]</c>; nothing where it is channel <c>i</c>.</summary>
    public ImmutableArray<int> Order { get; init; }

    /// <summary>The axis along which the output is contiguous.</summary>
    public string LaneAxis => ChannelAxes[^1].Name;

    /// <summary>Rows <c>oh</c> and columns <c>ow</c>.</summary>
    public static Frame OfImage(ActivationExtents extents, params ImmutableArray<Axis> channelAxes) =>
        new(extents, AffineIndex.Of("oh"), AffineIndex.Of("ow"), ChannelOf(channelAxes), channelAxes);

    /// <summary>One row, one column: a vector of channels.</summary>
    public static Frame OfVector(params ImmutableArray<Axis> channelAxes) =>
        new(new ActivationExtents(1, 1, channelAxes.Aggregate(1, (n, a) => n * a.Extent)), AffineIndex.Constant(0), AffineIndex.Constant(0),
            ChannelOf(channelAxes), channelAxes);

    public static Axis Rows(int extent) => new("oh", extent, AxisKind.Spatial);

    public static Axis Columns(int extent) => new("ow", extent, AxisKind.Spatial);

    public static Axis Lanes(int channels) => new("c", channels, AxisKind.Spatial);

    /// <summary>
    /// Whether its axes can walk through channels that lie in blocks of so many: those of a grouped convolution can where its groups are made of whole blocks.
    /// </summary>
    public bool WalksBlocksOf(int block) => block == 0 || (Order.IsDefault && Channel.Terms.All(t => t.Coefficient == 1 || t.Coefficient % block == 0));

    private static AffineIndex ChannelOf(ImmutableArray<Axis> axes)
    {
        var terms = ImmutableArray.CreateBuilder<AffineTerm>(axes.Length);
        var stride = 1;
        foreach (var axis in axes.Reverse())
        {
            terms.Add(new AffineTerm(axis.Name, stride));
            stride *= axis.Extent;
        }

        terms.Reverse();
        return new AffineIndex(terms.ToImmutable(), 0);
    }
}
