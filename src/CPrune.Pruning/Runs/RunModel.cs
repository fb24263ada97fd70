using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Devices;

namespace CPrune.Pruning.Runs;

/// <summary>A row of table C as it is kept: the program by its schedule's text.</summary>
public sealed record ProgramRow(string TaskKey, string Label, int Multiplicity, long Macs, string Schedule, LatencyEstimate Latency);

/// <summary>A model of a run as it is kept.</summary>
/// <param name="Weights">Name of its ONNX file in the run's store.</param>
/// <param name="Choices">How its layers are computed.</param>
/// <param name="Programs">Its table C.</param>
/// <param name="LatencySeconds">Of one image.</param>
public sealed record RunModel(string Weights, AlgorithmChoices Choices, ImmutableArray<ProgramRow> Programs, double LatencySeconds)
{
    internal static RunModel Of(string weights, TunedModel model, double latencySeconds) => new(weights, model.Plan.Choices, model.Programs, latencySeconds);
}

/// <summary>A model that was judged.</summary>
/// <param name="Speed">The original's latency over this model's, timed in turn; 1 for the original.</param>
/// <param name="SelectionTop1">On the selection part.</param>
/// <param name="Selection">Which images of the selection part it gets right, a bit each.</param>
/// <param name="Description">For people, for example <c>candidate 3</c>.</param>
public sealed record JudgedModel(RunModel Model, double Speed, double SelectionTop1, byte[] Selection, string Description);
