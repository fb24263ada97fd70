using System.Collections.Immutable;

namespace CPrune.Graph;

/// <summary>One operator application. An optional input that is absent has the empty name, as in ONNX.</summary>
public sealed record Node
{
    public required string Name { get; init; }

    public required string OpType { get; init; }

    /// <summary>The operator set's domain; empty for ONNX's own.</summary>
    public string Domain { get; init; } = "";

    public required ImmutableArray<string> Inputs { get; init; }

    public required ImmutableArray<string> Outputs { get; init; }

    public ImmutableSortedDictionary<string, AttributeValue> Attributes { get; init; } =
        ImmutableSortedDictionary.Create<string, AttributeValue>(StringComparer.Ordinal);

    /// <summary>A serialised <c>NodeProto</c> with what has no place here, such as a doc string; written back as it was read.</summary>
    public ImmutableArray<byte> Leftovers { get; init; } = [];

    /// <summary>The first output; nearly every operator of a classifier has just one.</summary>
    public string Output => Outputs[0];

    /// <summary>How messages name this node: its operator and name, or its first output where it has no name.</summary>
    public string Label => $"{OpType} '{(Name.Length > 0 ? Name : Outputs.FirstOrDefault() ?? "?")}'";

    public string? InputOrNull(int index) => index < Inputs.Length && Inputs[index].Length > 0 ? Inputs[index] : null;

    public long Int(string name, long otherwise) => Attributes.GetValueOrDefault(name) is AttributeValue.Int a ? a.Value : otherwise;

    public float Float(string name, float otherwise) => Attributes.GetValueOrDefault(name) is AttributeValue.Float a ? a.Value : otherwise;

    public string Text(string name, string otherwise) => Attributes.GetValueOrDefault(name) is AttributeValue.Text a ? a.Value : otherwise;

    public ImmutableArray<int>? IntsOrNull(string name) =>
        Attributes.GetValueOrDefault(name) is AttributeValue.Ints a ? [.. a.Values.Select(v => checked((int)v))] : null;

    public Node With(string attribute, AttributeValue value) => this with { Attributes = Attributes.SetItem(attribute, value) };
}
