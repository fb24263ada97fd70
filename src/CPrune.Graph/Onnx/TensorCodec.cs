using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CPrune.Graph.Onnx.Proto;
using Google.Protobuf;

namespace CPrune.Graph.Onnx;

/// <summary>
/// Tensors between protobuf and <see cref="Tensor"/>: raw bytes and typed fields are both read, raw bytes are written (on a
/// little-endian machine, as all of .NET's usual ones are, they are the numbers themselves). Strings have no fixed size, so their
/// "raw bytes" are a serialised <c>TensorProto</c> that holds nothing else.
/// </summary>
internal sealed class TensorCodec(string source, ExternalData external)
{
    public Tensor Read(TensorProto proto, string what)
    {
        var type = (ElementType)proto.DataType;
        var shape = ShapeOf(proto, what);
        if (type == ElementType.String)
        {
            Expect(proto.StringData.Count, Shapes.Count(shape), "strings", what);
            return Tensor.OfRaw(type, new TensorProto { StringData = { proto.StringData } }.ToByteArray(), shape);
        }

        var bits = BitsOf(proto.DataType) ?? throw Error(what, $"has the unknown element type {proto.DataType}; export the model with float32");
        var needed = (((long)Shapes.Count(shape) * bits) + 7) / 8;
        var bytes = proto.DataLocation == TensorProto.Types.DataLocation.External ? external.Read(proto, needed, problem => Error(what, problem))
            : proto.RawData.IsEmpty ? TypedBytes(proto, bits)
            : proto.RawData.ToByteArray();
        Expect(bytes.Length, needed, "bytes", what);
        return type switch
        {
            ElementType.Float32 => Tensor.Of(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape),
            ElementType.Int64 => Tensor.Of(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), shape),
            _ => Tensor.OfRaw(type, bytes, shape),
        };
    }

    public static TensorProto Write(Tensor tensor, string name)
    {
        var proto = new TensorProto { Name = name, DataType = (int)tensor.Type };
        proto.Dims.AddRange(tensor.Shape.Select(extent => (long)extent));
        if (tensor.Type == ElementType.String)
        {
            proto.StringData.AddRange(TensorProto.Parser.ParseFrom(tensor.Raw.ToArray()).StringData);
            return proto;
        }

        proto.RawData = ByteString.CopyFrom(tensor.Type switch
        {
            ElementType.Float32 => MemoryMarshal.AsBytes(tensor.Floats),
            ElementType.Int64 => MemoryMarshal.AsBytes(tensor.Longs),
            _ => tensor.Raw,
        });
        return proto;
    }

    private ImmutableArray<int> ShapeOf(TensorProto proto, string what)
    {
        long count = 1;
        foreach (var extent in proto.Dims)
        {
            if (extent is < 0 or > int.MaxValue || (count *= extent) > int.MaxValue)
                throw Error(what, $"has the impossible shape [{string.Join(',', proto.Dims)}]; the file is damaged");
        }

        return [.. proto.Dims.Select(extent => (int)extent)];
    }

    /// <summary>The size of an element, by <c>TensorProto.DataType</c>: floats, integers, bool, complex, bfloat16, 8 and 4 bit types.</summary>
    private static int? BitsOf(int dataType) => dataType switch
    {
        1 or 6 or 12 => 32,
        2 or 3 or 9 or 17 or 18 or 19 or 20 => 8,
        4 or 5 or 10 or 16 => 16,
        7 or 11 or 13 or 14 => 64,
        15 => 128,
        21 or 22 or 23 => 4,
        _ => null,
    };

    // ONNX puts small integers and halves into int32_data, one element (or one byte of packed 4 bit pairs) each.
    private static byte[] TypedBytes(TensorProto proto, int bits) => proto.DataType switch
    {
        1 or 14 => MemoryMarshal.AsBytes<float>([.. proto.FloatData]).ToArray(),
        7 => MemoryMarshal.AsBytes<long>([.. proto.Int64Data]).ToArray(),
        11 or 15 => MemoryMarshal.AsBytes<double>([.. proto.DoubleData]).ToArray(),
        12 or 13 => [.. proto.Uint64Data.SelectMany(v => BitConverter.GetBytes(v).Take(bits / 8))],
        _ => [.. proto.Int32Data.SelectMany(v => BitConverter.GetBytes(v).Take(Math.Max(bits / 8, 1)))],
    };

    private void Expect(long held, long needed, string unit, string what)
    {
        if (held != needed) throw Error(what, $"holds {held} {unit} where its shape needs {needed}; the file is truncated or damaged");
    }

    private UserErrorException Error(string what, string problem) => new(UserErrorKind.Model, $"'{source}': {what} {problem}");
}
