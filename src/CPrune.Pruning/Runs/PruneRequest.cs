using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Policies;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>The numbers of the walk; the defaults are the paper's where the paper has them (docs/how-it-works.md, "The walk").</summary>
public sealed record WalkLimits
{
    /// <summary>Share of accuracy one step must keep (<see cref="AccuracyGate.ForGain(double)"/>); null for one that suits the floor (<see cref="AccuracyGate.FirstAlpha"/>).</summary>
    public double? Alpha { get; init; }

    /// <summary>Share of latency one step must reach.</summary>
    public double Beta { get; init; } = 0.99;

    public int MaxIterations { get; init; } = 100;

    /// <summary>Largest share of a layer's original filters that may go.</summary>
    public double MaxLayerCut { get; init; } = 0.8;

    /// <summary>Whole residual blocks may go, too.</summary>
    public bool Depth { get; init; } = true;

    /// <summary>Layers with a limit of their own.</summary>
    public ImmutableArray<LayerCap> LayerCaps { get; init; } = [];

    /// <summary>The walk ends below this share of the first latency.</summary>
    public double MinLatency { get; init; } = 0.1;
}

/// <summary>How much is trained; counted in images, because an epoch means minutes on one data set and days on another.</summary>
public sealed record TrainingBudget
{
    /// <summary>Images of one short training; null: the paper's 5 epochs, or what the time limit allows.</summary>
    public long? ShortImages { get; init; }

    /// <summary>Images of the long training; null: the paper's 20 × short.</summary>
    public long? LongImages { get; init; }

    /// <summary>Null: the one that brings the rehearsed cut back best (<see cref="RateSearch"/>). The paper's is 1e-4.</summary>
    public double? ShortLearningRate { get; init; }

    /// <summary>Peak rate of the long training; it falls to zero along a half cosine. Null: that of the short training, or a lower one where the rehearsed cut comes back better with it.</summary>
    public double? LongLearningRate { get; init; }

    /// <summary>Weight of the original's soft labels in the loss.</summary>
    public double Distillation { get; init; } = 0.9;

    /// <summary>What training computes in.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <param name="rehearsed">What the rehearsal found; null where it found nothing.</param>
    public double ShortRate(double? rehearsed) => ShortLearningRate ?? rehearsed ?? RateSearch.First;

    /// <inheritdoc cref="ShortRate"/>
    public double LongRate(double? rehearsed) => LongLearningRate ?? ShortRate(rehearsed);
}

/// <summary>How much is measured.</summary>
public sealed record TuningBudget
{
    /// <summary>Programs measured per task of the original, and again of the result: both sides of the comparison get the same.</summary>
    public int TrialsPerTask { get; init; } = 48;

    /// <summary>Programs measured per changed task of a candidate, beside the preserved one.</summary>
    public int TrialsPerChangedTask { get; init; } = 6;
}

/// <summary>What a person asks for.</summary>
/// <param name="ModelName">The file's name, for the report.</param>
/// <param name="ModelBytes">The file, for its fingerprint and size.</param>
/// <param name="Goal">What ends the walk, and what is promised.</param>
/// <param name="TimeLimit">Wall time of the whole run over all sittings; null for none.</param>
/// <param name="OutputFolder">Where the run lives and its results go.</param>
/// <param name="Options">The command's options as text, kept in the report; a run is resumed only with equal ones.</param>
public sealed record PruneRequest(
    string ModelName,
    ReadOnlyMemory<byte> ModelBytes,
    ModelGraph Model,
    string DataSpec,
    DataSplits Data,
    Goal Goal,
    TimeSpan? TimeLimit,
    int Seed,
    string OutputFolder,
    IReadOnlyDictionary<string, string> Options)
{
    public WalkLimits Limits { get; init; } = new();

    public TrainingBudget Training { get; init; } = new();

    public TuningBudget Tuning { get; init; } = new();

    /// <summary>The original's top-1 on the test set, from the referee, where it is known already; null where the run is to read it.</summary>
    public double? TestTop1 { get; init; }

    /// <summary>How convolutions may be computed.</summary>
    public IReadOnlyList<Algorithm> Algorithms { get; init; } = PlanAlternatives.AllAlgorithms;

    /// <summary>Every accepted model is written out and judged at the end: the goal, or wanted for a comparison.</summary>
    public bool WithTrace { get; init; } = Goal is Goal.Trace;

    /// <summary>Which variants of the whole model are allowed.</summary>
    public AllowedVariants Variants { get; init; } = AllowedVariants.All;

    /// <summary>
    /// Folder of a run on the same request, up to who chooses the cuts, that was prepared: a new run takes over what is known of the original. Null to begin from
    /// nothing.
    /// </summary>
    public string? BeginsBehind { get; init; }

    /// <summary>Machine and versions, for the report.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
