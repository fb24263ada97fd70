using System.Collections.Immutable;

namespace CPrune.Pruning.Staircases;

/// <summary>A layer of the model with its staircase.</summary>
public sealed record LayerLatency(string Layer, LayerAxis Inputs, LayerAxis Outputs, LayerStaircase Staircase)
{
    public double Seconds(Func<int, int> levelOf) => Staircase.Seconds(Inputs.Channels(levelOf), Outputs.Channels(levelOf));
}

/// <summary>What the model takes at any widths of its groups: the sum of its kernels' times, each by itself.</summary>
/// <param name="Ladders">Groups that can be cut.</param>
/// <param name="Layers">Layers whose time depends on them, in graph order of the tasks.</param>
/// <param name="FixedSeconds">All other kernels: of layers that are left alone, pooling, copies.</param>
public sealed record StaircaseTable(ImmutableArray<GroupLadder> Ladders, ImmutableArray<LayerLatency> Layers, double FixedSeconds)
{
    /// <summary>Time of the model as it is.</summary>
    public double CurrentSeconds => SecondsAt(_ => 0);

    /// <summary>Different points of all staircases.</summary>
    public int Points => Layers.Select(l => l.Staircase.Measured).Distinct().Sum(points => points.Length);

    /// <summary>Time at these levels of the ladders.</summary>
    public double SecondsAt(Func<int, int> levelOf) => FixedSeconds + Layers.Sum(l => l.Seconds(levelOf));
}
