using System.Text;
using CPrune.Graph.Onnx.Proto;
using Google.Protobuf;
using static CPrune.Graph.Onnx.Proto.AttributeProto.Types;

namespace CPrune.Graph.Onnx;

/// <summary>Attributes between protobuf and <see cref="AttributeValue"/>; a type without a case of its own stays opaque.</summary>
internal sealed class AttributeCodec(TensorCodec tensors)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public AttributeValue Read(AttributeProto proto, NodeProto node)
    {
        if (proto.RefAttrName.Length > 0) return Opaque(proto);
        return TypeOf(proto) switch
        {
            AttributeType.Int => new AttributeValue.Int(proto.I),
            AttributeType.Float => new AttributeValue.Float(proto.F),
            AttributeType.Ints => new AttributeValue.Ints([.. proto.Ints]),
            AttributeType.Floats => new AttributeValue.Floats([.. proto.Floats]),
            AttributeType.String => TextOrNull(proto.S) is { } text ? new AttributeValue.Text(text) : Opaque(proto),
            AttributeType.Tensor => new AttributeValue.TensorValue(
                tensors.Read(proto.T ?? new TensorProto(), $"attribute '{proto.Name}' of {node.OpType} '{node.Name}'")),
            _ => Opaque(proto),
        };
    }

    public static AttributeProto Write(string name, AttributeValue value)
    {
        if (value is AttributeValue.Opaque opaque) return AttributeProto.Parser.ParseFrom([.. opaque.Proto]);
        var proto = new AttributeProto { Name = name };
        switch (value)
        {
            case AttributeValue.Int a:
                (proto.Type, proto.I) = (AttributeType.Int, a.Value);
                break;
            case AttributeValue.Float a:
                (proto.Type, proto.F) = (AttributeType.Float, a.Value);
                break;
            case AttributeValue.Text a:
                (proto.Type, proto.S) = (AttributeType.String, ByteString.CopyFromUtf8(a.Value));
                break;
            case AttributeValue.Ints a:
                proto.Type = AttributeType.Ints;
                proto.Ints.AddRange(a.Values);
                break;
            case AttributeValue.Floats a:
                proto.Type = AttributeType.Floats;
                proto.Floats.AddRange(a.Values);
                break;
            case AttributeValue.TensorValue a:
                (proto.Type, proto.T) = (AttributeType.Tensor, TensorCodec.Write(a.Value, ""));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value), value, "an attribute case without a writer");
        }

        return proto;
    }

    // The oldest files leave the type out; the field that is set tells it.
    private static AttributeType TypeOf(AttributeProto proto) => proto switch
    {
        { Type: not AttributeType.Undefined } => proto.Type,
        { HasI: true } => AttributeType.Int,
        { HasF: true } => AttributeType.Float,
        { HasS: true } => AttributeType.String,
        { T: not null } => AttributeType.Tensor,
        { Ints.Count: > 0 } => AttributeType.Ints,
        { Floats.Count: > 0 } => AttributeType.Floats,
        _ => AttributeType.Undefined,
    };

    private static AttributeValue.Opaque Opaque(AttributeProto proto) => new([.. proto.ToByteArray()]);

    private static string? TextOrNull(ByteString bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
