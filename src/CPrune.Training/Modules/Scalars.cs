using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TorchSharp;

namespace CPrune.Training.Modules;

/// <summary>
/// Numbers handed to torch. TorchSharp frees a scalar in its finalizer and does not keep it alive during the native call, so that a temporary one (every implicit conversion makes
/// one) may be gone when torch reads it. These live for ever; there are only as many as a model has constants.
/// </summary>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Known = new();

    /// <summary>A whole number, which tensors of integers take as well.</summary>
    private static readonly Scalar One = 1L.ToScalar();

    /// <summary>The one number of a tensor; torch's own way makes a temporary scalar.</summary>
    public static float Read(torch.Tensor tensor) => MemoryMarshal.Read<float>(tensor.bytes);

    public static Scalar Of(double value) => Known.GetOrAdd(value, v => ((float)v).ToScalar());

    /// <summary><c>a + b</c>; torch's operator multiplies <c>b</c> by a temporary scalar.</summary>
    public static torch.Tensor Plus(this torch.Tensor a, torch.Tensor b) => a.add(b, One);

    /// <inheritdoc cref="Plus(torch.Tensor, torch.Tensor)"/>
    public static torch.Tensor Plus(this torch.Tensor a, double b) => a.add(Of(b), One);
}
