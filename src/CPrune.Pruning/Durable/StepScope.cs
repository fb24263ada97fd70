using CPrune.Graph;
using CPrune.Graph.Onnx;

namespace CPrune.Pruning.Durable;

/// <summary>What a step can do while it is executed.</summary>
public sealed class StepScope
{
    private readonly Dictionary<string, byte[]> _models = new(StringComparer.Ordinal);

    internal StepScope(PhaseClock clock) => Clock = clock;

    /// <summary>Takes the time of the step's phases.</summary>
    public PhaseClock Clock { get; }

    internal IEnumerable<(string Name, byte[] Onnx)> Models => _models.Select(m => (m.Key, m.Value));

    internal bool FollowsLimit { get; private set; }

    /// <summary>Stores a model with the step's result; an earlier model of the same name is replaced.</summary>
    /// <returns>The name.</returns>
    public string Keep(string name, ModelGraph graph)
    {
        _models[name] = OnnxFile.ToBytes(graph);
        return name;
    }

    /// <summary>Says that the step follows from the time limit: if the limit changes, this step and all behind it are executed again.</summary>
    public void FollowsTimeLimit() => FollowsLimit = true;
}
