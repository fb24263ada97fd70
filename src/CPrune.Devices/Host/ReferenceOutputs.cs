using CPrune.Compiler.Expressions;
using CPrune.Devices.Inputs;

namespace CPrune.Devices.Host;

/// <summary>What each task must compute on the seeded inputs; evaluated once a task and kept for the most recent ones.</summary>
internal sealed class ReferenceOutputs
{
    public const int Seed = 1;

    private const int Kept = 64;

    private readonly Dictionary<string, float[]> _outputs = [];
    private readonly Queue<string> _oldestFirst = new();

    public float[] For(Computation computation)
    {
        var key = computation.Key;
        if (_outputs.TryGetValue(key, out var known)) return known;
        if (_oldestFirst.Count == Kept) _outputs.Remove(_oldestFirst.Dequeue());
        // What the computation leaves alone stays NaN, here and in the worker: a kernel that writes there is found out.
        var output = new float[SeededInputs.Length(computation.Output)];
        Array.Fill(output, float.NaN);
        ComputationInterpreter.Run(computation, SeededInputs.For(computation, Seed), output);
        _outputs.Add(key, output);
        _oldestFirst.Enqueue(key);
        return output;
    }
}
