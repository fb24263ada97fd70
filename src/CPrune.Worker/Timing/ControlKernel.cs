using System.Runtime.CompilerServices;

namespace CPrune.Worker.Timing;

/// <summary>
/// Fixed work that touches no memory: its time changes only with the machine (frequency, neighbours), never with the candidates.
/// </summary>
internal static class ControlKernel
{
    private const int Turns = 100_000;

    private static double _sink;

    /// <summary>A chain of dependent multiply-adds, so that no compiler can shorten it; compiled fully at once, or it would speed up by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int times)
    {
        for (var time = 0; time < times; time++)
        {
            var x = 1.0;
            for (var turn = 0; turn < Turns; turn++) x = Math.FusedMultiplyAdd(x, 0.999_999, 1e-6);
            _sink = x;
        }
    }
}
