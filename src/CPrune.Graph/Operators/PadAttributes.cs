using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>A <c>Pad</c> node (mode constant) resolved for its input: elements put before and after each axis; negative ones crop.</summary>
public sealed record PadAttributes(ImmutableArray<int> Before, ImmutableArray<int> After, float Value)
{
    /// <summary>The shape for an input of <paramref name="input"/>.</summary>
    public ImmutableArray<int> OutputShape(ImmutableArray<int> input) =>
        [.. input.Select((extent, axis) => Math.Max(Before[axis] + extent + After[axis], 0))];

    /// <summary>Reads attributes (before operator set 11) or the constant inputs pads, value, axes.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: another mode, or pads that do not fit.</exception>
    public static PadAttributes Of(OperatorCall call)
    {
        var mode = call.Node.Text("mode", "constant");
        if (mode != "constant") throw call.Error($"pads in mode '{mode}'; only 'constant' is supported");
        var rank = call.Shape(0).Length;
        var pads = call.AttributeOrInput("pads", 1) ?? throw call.Error("has no pads; export the model again");
        ImmutableArray<int> axes = call.Has(3)
            ? [.. call.Longs(3).ToArray().Select(axis => call.Axis(axis, rank))]
            : [.. Enumerable.Range(0, rank)];
        if (pads.Length != 2 * axes.Length) throw call.Error($"has {pads.Length} pads for {axes.Length} axes; export the model again");
        var (before, after) = (new int[rank], new int[rank]);
        for (var i = 0; i < axes.Length; i++)
            (before[axes[i]], after[axes[i]]) = (checked((int)pads[i]), checked((int)pads[i + axes.Length]));
        return new PadAttributes([.. before], [.. after], ValueOf(call));
    }

    private static float ValueOf(OperatorCall call) =>
        !call.Has(2) ? call.Node.Float("value", 0)
        : call.Value(2).Type == ElementType.Float32 ? call.Floats(2)[0]
        : call.Longs(2)[0];
}
