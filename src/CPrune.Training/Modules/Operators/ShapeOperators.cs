using CPrune.Graph.Operators;
using TorchSharp;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Operators that move values without computing, and the arithmetic of shapes that exporters leave in a graph.</summary>
internal static class ShapeOperators
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } = new Dictionary<string, TorchOperator>
    {
        ["Concat"] = call => torch.cat([.. Enumerable.Range(0, call.InputCount).Select(call.Input)], call.Node.Int("axis", 1)),
        ["Flatten"] = Flatten,
        ["Reshape"] = Reshape,
        ["Transpose"] = Transpose,
        ["Squeeze"] = Squeeze,
        ["Unsqueeze"] = Unsqueeze,
        ["Slice"] = Slice,
        ["Split"] = Split,
        ["Pad"] = Pad,
        ["Shape"] = call => torch.tensor(call.Input(0).shape[ShapeRange.Of(call.Node, call.Input(0).shape.Length)]),
        ["Gather"] = Gather,
        ["Cast"] = Cast,
    };

    private static TorchTensor Flatten(NodeCall call)
    {
        var input = call.Input(0);
        var axis = (int)call.Node.Int("axis", 1);
        if (axis < 0) axis += input.shape.Length;
        return input.reshape(input.shape[..axis].Aggregate(1L, (product, extent) => product * extent), -1);
    }

    /// <summary>A model exported for one batch size has that number in its shapes; where images are reshaped, it stands for the batch at hand.</summary>
    private static TorchTensor Reshape(NodeCall call)
    {
        var input = call.Input(0);
        var shape = call.Longs(1, "shape");
        var keepsZeros = call.Node.Int("allowzero", 0) == 1;
        for (var i = 0; i < shape.Length; i++)
            if (shape[i] == 0 && !keepsZeros) shape[i] = input.shape[i];
        if (shape.Length > 1 && shape[0] == call.Module.ExportedBatch && call.Module.IsOfImages(call.Node.Inputs[0])) shape[0] = input.shape[0];
        return input.reshape(shape);
    }

    private static TorchTensor Transpose(NodeCall call)
    {
        var axes = call.Node.IntsOrNull("perm")?.Select(a => (long)a) ?? Enumerable.Range(0, call.Input(0).shape.Length).Reverse().Select(a => (long)a);
        return call.Input(0).permute([.. axes]);
    }

    private static TorchTensor Squeeze(NodeCall call)
    {
        var input = call.Input(0);
        var axes = call.OptionalLongs(1, "axes") ?? [.. Enumerable.Range(0, input.shape.Length).Where(a => input.shape[a] == 1).Select(a => (long)a)];
        var dropped = axes.Select(a => a < 0 ? a + input.shape.Length : a).ToHashSet();
        return input.reshape([.. input.shape.Where((_, axis) => !dropped.Contains(axis))]);
    }

    private static TorchTensor Unsqueeze(NodeCall call)
    {
        var input = call.Input(0);
        var axes = call.Longs(1, "axes");
        var rank = input.shape.Length + axes.Length;
        var added = axes.Select(a => a < 0 ? a + rank : a).ToHashSet();
        var extents = new Queue<long>(input.shape);
        return input.reshape([.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : extents.Dequeue())]);
    }

    private static TorchTensor Slice(NodeCall call)
    {
        var result = call.Input(0);
        var (starts, ends) = (call.Longs(1, "starts"), call.Longs(2, "ends"));
        var axes = call.OptionalLongs(3, "axes") ?? [.. Enumerable.Range(0, starts.Length).Select(a => (long)a)];
        var steps = call.OptionalLongs(4, "steps");
        for (var i = 0; i < starts.Length; i++)
        {
            var step = steps?[i] ?? 1;
            if (step < 1) throw call.Unsupported("it runs backwards");
            result = result.slice(axes[i], starts[i], ends[i], step);
        }

        return ReferenceEquals(result, call.Input(0)) ? result.alias() : result;
    }

    private static TorchTensor Split(NodeCall call)
    {
        var input = call.Input(0);
        var axis = (int)call.Node.Int("axis", 0);
        if (axis < 0) axis += input.shape.Length;
        var (extent, parts) = (input.shape[axis], call.Node.Outputs.Length);
        var size = (extent + parts - 1) / parts; // Without sizes the parts are equal, but for a shorter last one.
        var sizes = call.OptionalLongs(1, "split") ?? [.. Enumerable.Range(0, parts).Select(i => Math.Clamp(extent - i * size, 0, size))];
        return input.narrow(axis, sizes.Take(call.Output).Sum(), sizes[call.Output]);
    }

    private static TorchTensor Pad(NodeCall call)
    {
        var input = call.Input(0);
        var mode = call.Node.Text("mode", "constant");
        if (mode != "constant") throw call.Unsupported($"its mode '{mode}' is not known");
        var value = call.Number(2, "value", 0);
        var pads = call.Longs(1, "pads");
        var axes = call.OptionalLongs(3, "axes")?.Select(a => (int)(a < 0 ? a + input.shape.Length : a)).ToArray() ?? [.. Enumerable.Range(0, input.shape.Length)];
        var torchPads = new long[2 * input.shape.Length]; // Last axis first, beginning and end.
        for (var i = 0; i < axes.Length; i++)
        {
            var place = 2 * (input.shape.Length - 1 - axes[i]);
            (torchPads[place], torchPads[place + 1]) = (pads[i], pads[i + axes.Length]);
        }

        return functional.pad(input, torchPads, PaddingModes.Constant, value);
    }

    private static TorchTensor Gather(NodeCall call)
    {
        var (input, indices) = (call.Input(0), call.Input(1));
        var axis = (int)call.Node.Int("axis", 0);
        if (axis < 0) axis += input.shape.Length;
        using var positive = torch.tensor(indices.data<long>().Select(i => i < 0 ? i + input.shape[axis] : i).ToArray());
        return input.index_select(axis, positive).reshape([.. input.shape[..axis], .. indices.shape, .. input.shape[(axis + 1)..]]);
    }

    private static TorchTensor Cast(NodeCall call) => call.Node.Int("to", 0) switch
    {
        1 => call.Input(0).to_type(torch.ScalarType.Float32),
        7 => call.Input(0).to_type(torch.ScalarType.Int64),
        var type => throw call.Unsupported($"element type {type} is not known"),
    };
}
