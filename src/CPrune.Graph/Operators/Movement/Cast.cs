using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace CPrune.Graph.Operators.Movement;

/// <summary>Changes the element type; numbers that are cut to integers lose their fraction.</summary>
internal sealed class Cast : IOperator
{
    public string OpType => "Cast";

    public ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call) => [call.Shape(0)];

    public ImmutableArray<Tensor> Evaluate(OperatorCall call)
    {
        var (from, to) = (call.Value(0), (ElementType)call.Node.Int("to", 0));
        if (from.Type == to) return [from];
        double[] numbers = from.Type switch
        {
            ElementType.Float32 => [.. from.Floats.ToArray().Select(v => (double)v)],
            ElementType.Int64 or ElementType.Int32 => [.. call.Longs(0).ToArray().Select(v => (double)v)],
            ElementType.Float64 => MemoryMarshal.Cast<byte, double>(from.Raw).ToArray(),
            ElementType.Float16 => [.. MemoryMarshal.Cast<byte, Half>(from.Raw).ToArray().Select(v => (double)v)],
            ElementType.Bool => [.. from.Raw.ToArray().Select(v => (double)v)],
            _ => throw Unsupported(call, from.Type),
        };
        return [to switch
        {
            ElementType.Float32 => Tensor.Of([.. numbers.Select(v => (float)v)], from.Shape),
            ElementType.Int64 => Tensor.Of([.. numbers.Select(v => (long)v)], from.Shape),
            ElementType.Int32 => Tensor.OfRaw(to, MemoryMarshal.AsBytes<int>([.. numbers.Select(v => (int)v)]).ToArray(), from.Shape),
            ElementType.Float64 => Tensor.OfRaw(to, MemoryMarshal.AsBytes<double>(numbers).ToArray(), from.Shape),
            _ => throw Unsupported(call, to),
        }];
    }

    private static UserErrorException Unsupported(OperatorCall call, ElementType type) =>
        call.Error($"casts from or to {type}, which is not supported here; export the model with float32");
}
