using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp.Modules;

namespace CPrune.Training.Recipes;

/// <summary>
/// Stochastic gradient descent with momentum: <c>v ← m·v + g + d·w</c>, <c>w ← w − lr·v</c>, in place on torch's memory. TorchSharp's own optimiser is not used: it makes
/// temporary scalars, which its finalizer may free while torch reads them (see <see cref="CPrune.Training.Modules.Scalars"/>).
/// </summary>
internal sealed class Sgd(IReadOnlyCollection<Parameter> parameters, double momentum, double weightDecay)
{
    private readonly (Parameter Weight, float[] Velocity)[] _state = [.. parameters.Select(p => (p, new float[p.numel()]))];

    /// <summary>Uses up the gradients: afterwards there are none.</summary>
    public void Step(double learningRate)
    {
        foreach (var (weight, velocity) in _state)
        {
            using var gradient = weight.grad; // Null where the loss does not depend on the weight.
            if (gradient is null) continue;
            using var ordered = gradient.contiguous();
            Update(MemoryMarshal.Cast<byte, float>(weight.bytes), velocity, MemoryMarshal.Cast<byte, float>(ordered.bytes), (float)learningRate);
            weight.grad = null;
        }
    }

    private void Update(Span<float> weights, Span<float> velocities, ReadOnlySpan<float> gradients, float rate)
    {
        var (keep, decay) = ((float)momentum, (float)weightDecay);
        var i = 0;
        for (; i <= weights.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (w, v, g) = (new Vector<float>(weights[i..]), new Vector<float>(velocities[i..]), new Vector<float>(gradients[i..]));
            v = (v * keep) + g + (w * decay);
            v.CopyTo(velocities[i..]);
            (w - (v * rate)).CopyTo(weights[i..]);
        }

        for (; i < weights.Length; i++)
        {
            velocities[i] = (velocities[i] * keep) + gradients[i] + (weights[i] * decay);
            weights[i] -= velocities[i] * rate;
        }
    }
}
