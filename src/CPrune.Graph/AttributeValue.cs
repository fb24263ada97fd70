using System.Collections.Immutable;

namespace CPrune.Graph;

/// <summary>The value of a node's attribute, one case per ONNX attribute type that classifiers use.</summary>
public abstract record AttributeValue
{
    private AttributeValue()
    {
    }

    public sealed record Int(long Value) : AttributeValue;

    public sealed record Float(float Value) : AttributeValue;

    public sealed record Text(string Value) : AttributeValue;

    public sealed record Ints(ImmutableArray<long> Values) : AttributeValue;

    public sealed record Floats(ImmutableArray<float> Values) : AttributeValue;

    public sealed record TensorValue(Tensor Value) : AttributeValue;

    /// <summary>Any other type: the serialised <c>AttributeProto</c>, written back as it was read.</summary>
    public sealed record Opaque(ImmutableArray<byte> Proto) : AttributeValue;
}
