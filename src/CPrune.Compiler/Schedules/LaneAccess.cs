using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Schedules;

/// <summary>Whether vectors along the lane axis touch contiguous memory in every buffer whose layout is given.</summary>
internal static class LaneAccess
{
    /// <summary>Why the computation cannot be vectorised, or null.</summary>
    public static string? Obstacle(Computation computation)
    {
        var lane = computation.LaneAxis;
        if (Stride(computation.OutputIndices, lane) != 1) return $"the output is not contiguous along {lane}";
        foreach (var read in computation.Reads())
        {
            if (read.Buffer.Role == BufferRole.Weight)
            {
                if (read.Indices.Count(i => i.CoefficientOf(lane) != 0) > 1)
                    return $"{read.Buffer.Name} is read along {lane} in two dimensions";
            }
            else if (Stride(read.Indices, lane) is null or > 1 or < 0)
            {
                return $"{read.Buffer.Name} is not contiguous along {lane}";
            }
        }
        return null;
    }

    /// <summary>Elements from one lane to the next; null where other than the last dimension moves.</summary>
    private static int? Stride(IReadOnlyList<AffineIndex> indices, string lane)
    {
        for (var i = 0; i < indices.Count - 1; i++)
            if (indices[i].CoefficientOf(lane) != 0) return null;
        return indices.Count == 0 ? 0 : indices[^1].CoefficientOf(lane);
    }
}
