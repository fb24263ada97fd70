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

    /// <summary>The one number of a tensor; torch's own way makes a temporary scalar.</summary>
    public static float Read(torch.Tensor tensor) => MemoryMarshal.Read<float>(tensor.bytes);

    public static Scalar Of(double value) => Known.GetOrAdd(value, v => (float)v);
}
