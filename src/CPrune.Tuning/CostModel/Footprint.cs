using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Tuning.CostModel;

/// <summary>Bytes that the loops from some depth inwards touch, by kind of buffer.</summary>
internal readonly record struct Touched(double Activations, double Weights);

/// <summary>Which memory a nest touches at each depth; what decides in which cache it lives.</summary>
internal sealed class Footprint(ScheduledNest nest)
{
    private readonly Expr.Read[] _reads = [.. nest.Computation.Term.Reads()];

    /// <summary>Bytes touched by one turn of the loop at <paramref name="depth"/> less one: by all loops from <paramref name="depth"/> inwards.</summary>
    public Touched From(int depth)
    {
        var spans = nest.Computation.Axes.ToDictionary(a => a.Name, a => a.Kind == AxisKind.Inner ? a.Extent : 1);
        foreach (var loop in nest.Loops.Skip(depth))
            spans[loop.Axis] = Math.Min(spans[loop.Axis] + (loop.Extent - 1) * loop.Stride, nest.Computation[loop.Axis].Extent);
        double activations = 0, weights = 0;
        foreach (var read in _reads)
        {
            var bytes = 4.0;
            for (var i = 0; i < read.Indices.Length; i++)
            {
                var span = 1 + read.Indices[i].Terms.Sum(t => Math.Abs(t.Coefficient) * (spans[t.Axis] - 1));
                bytes *= Math.Min(span, read.Buffer.Extents[i]);
            }

            if (read.Buffer.Role == BufferRole.Weight) weights += bytes;
            else activations += bytes;
        }

        return new Touched(activations, weights);
    }
}
