using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace CPrune.Graph.Operators;

/// <summary>One node with what is known of its inputs. An absent optional input is null.</summary>
public sealed record OperatorCall(Node Node, long Opset, ImmutableArray<Argument?> Inputs)
{
    /// <summary>Looks the node's inputs up in <paramref name="known"/>.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: the node reads a value that nothing before it makes.</exception>
    public static OperatorCall Of(Node node, long opset, IReadOnlyDictionary<string, Argument> known) =>
        new(node, opset, [.. node.Inputs.Select(input => input.Length == 0 ? null : known.GetValueOrDefault(input)
            ?? throw new UserErrorException(
                UserErrorKind.Model, $"{node.Label} reads '{input}', which no node before it makes; the file is damaged, export it again"))]);

    public bool Has(int input) => input < Inputs.Length && Inputs[input] is not null;

    public ImmutableArray<int> Shape(int input) => Input(input).Shape;

    /// <summary>The shape of an input that must have <paramref name="rank"/> axes.</summary>
    public ImmutableArray<int> Shape(int input, int rank) =>
        Shape(input) is var shape && shape.Length == rank
            ? shape
            : throw Error($"needs an input of {rank} axes, not of shape {Graph.Shapes.Text(shape)}; use a model of 2-D images");

    /// <summary>The input's value; during shape inference only constants have one.</summary>
    public Tensor Value(int input) => Input(input).Value
        ?? throw Error($"takes its input '{Node.Inputs[input]}' from the data; export the model with this input as a constant");

    public ReadOnlySpan<float> Floats(int input) =>
        Value(input) is { Type: ElementType.Float32 } value ? value.Floats : throw WrongType(input);

    /// <summary>An integer input; int32 is widened.</summary>
    public ReadOnlySpan<long> Longs(int input) => Value(input) switch
    {
        { Type: ElementType.Int64 } value => value.Longs,
        { Type: ElementType.Int32 } value => MemoryMarshal.Cast<byte, int>(value.Raw).ToArray().Select(v => (long)v).ToArray(),
        _ => throw WrongType(input),
    };

    /// <summary>Integers that older operator sets take as an attribute and newer ones as an input; null where both are absent.</summary>
    public ImmutableArray<long>? AttributeOrInput(string attribute, int input) =>
        Node.Attributes.GetValueOrDefault(attribute) is AttributeValue.Ints ints ? ints.Values
        : Has(input) ? [.. Longs(input)]
        : null;

    /// <summary>An axis counted from either end as one counted from the front.</summary>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank
            ? (int)(axis < 0 ? axis + rank : axis)
            : throw Error($"names axis {axis} of a tensor of {rank} axes; export the model again");

    /// <summary>An error of the model that names this node.</summary>
    public UserErrorException Error(string what) => new(UserErrorKind.Model, $"{Node.Label} {what}");

    private Argument Input(int input) =>
        Has(input) ? Inputs[input]! : throw Error($"lacks its input {input}; export the model again");

    private UserErrorException WrongType(int input) =>
        Error($"computes with {Value(input).Type} in '{Node.Inputs[input]}', which is not supported here; export the model with float32");
}
