using System.Collections.Immutable;

namespace CPrune.Graph;

/// <summary>Element types, numbered as ONNX's <c>TensorProto.DataType</c>.</summary>
public enum ElementType
{
    Undefined = 0,
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Float64 = 11,
    BFloat16 = 16,
}

/// <summary>
/// A dense row-major tensor. Numbers used in computation are <see cref="ElementType.Float32"/> (in a <c>float[]</c>) or
/// <see cref="ElementType.Int64"/> (in a <c>long[]</c>); any other type is kept as the file's raw little-endian bytes.
/// A tensor is a value: nobody writes to its data after construction.
/// </summary>
public sealed class Tensor
{
    private readonly Array _data;

    private Tensor(ElementType type, ImmutableArray<int> shape, Array data)
    {
        Type = type;
        Shape = shape;
        _data = data;
    }

    public ElementType Type { get; }

    public ImmutableArray<int> Shape { get; }

    /// <summary>The number of elements; 1 for a scalar.</summary>
    public int Count => Shapes.Count(Shape);

    /// <summary>The elements of a <see cref="ElementType.Float32"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor has another type.</exception>
    public ReadOnlySpan<float> Floats => Type == ElementType.Float32 ? (float[])_data : throw WrongType(ElementType.Float32);

    /// <summary>The elements of an <see cref="ElementType.Int64"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor has another type.</exception>
    public ReadOnlySpan<long> Longs => Type == ElementType.Int64 ? (long[])_data : throw WrongType(ElementType.Int64);

    /// <summary>The raw bytes of a tensor that is neither <c>float</c> nor <c>long</c>.</summary>
    /// <exception cref="InvalidOperationException">The tensor has a computed type.</exception>
    public ReadOnlySpan<byte> Raw => _data as byte[] ?? throw new InvalidOperationException($"a tensor of {Type} has no raw bytes");

    /// <summary>Wraps <paramref name="data"/> without a copy.</summary>
    public static Tensor Of(float[] data, params ReadOnlySpan<int> shape) => Checked(ElementType.Float32, data, [.. shape]);

    /// <inheritdoc cref="Of(float[], ReadOnlySpan{int})"/>
    public static Tensor Of(float[] data, ImmutableArray<int> shape) => Checked(ElementType.Float32, data, shape);

    /// <inheritdoc cref="Of(float[], ReadOnlySpan{int})"/>
    public static Tensor Of(long[] data, params ReadOnlySpan<int> shape) => Checked(ElementType.Int64, data, [.. shape]);

    /// <inheritdoc cref="Of(float[], ReadOnlySpan{int})"/>
    public static Tensor Of(long[] data, ImmutableArray<int> shape) => Checked(ElementType.Int64, data, shape);

    public static Tensor Scalar(float value) => new(ElementType.Float32, [], new[] { value });

    /// <summary>Keeps a type nobody here computes with, as the bytes of the file.</summary>
    public static Tensor OfRaw(ElementType type, byte[] bytes, ImmutableArray<int> shape) => new(type, shape, bytes);

    /// <summary>The same elements under another shape of the same count.</summary>
    public Tensor Reshaped(ImmutableArray<int> shape) =>
        Shapes.Count(shape) == Count
            ? new Tensor(Type, shape, _data)
            : throw new ArgumentException($"cannot view {Shapes.Text(Shape)} as {Shapes.Text(shape)}", nameof(shape));

    public override string ToString() => $"{Type}{Shapes.Text(Shape)}";

    private static Tensor Checked(ElementType type, Array data, ImmutableArray<int> shape) =>
        data.Length == Shapes.Count(shape)
            ? new Tensor(type, shape, data)
            : throw new ArgumentException($"{data.Length} elements do not fill {Shapes.Text(shape)}", nameof(data));

    private InvalidOperationException WrongType(ElementType wanted) => new($"a tensor of {Type} was read as {wanted}");
}
