using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Settings;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>What may be cut.</summary>
public sealed record CutLimits
{
    /// <summary>Largest share of a layer's original filters that may go.</summary>
    public double MaxLayerCut { get; init; } = new PruneSettings().MaxLayerCut;

    /// <summary>Whole residual blocks may go, too; only planners take them out.</summary>
    public bool Depth { get; init; } = true;

    /// <summary>Layers with a limit of their own.</summary>
    public ImmutableArray<LayerCap> LayerCaps { get; init; } = [];
}

/// <summary>How much is trained, if the person says so; counted in images, because an epoch means minutes on one data set and days on another.</summary>
public sealed record TrainingBudget
{
    /// <summary>Images of one short training of a walk; null for the paper's epochs, or what the time limit allows.</summary>
    public long? ShortImages { get; init; }

    /// <summary>Images of a walk's long training, or of all training of a planned search; null for what data and time limit allow.</summary>
    public long? LongImages { get; init; }

    /// <summary>What training computes in.</summary>
    public TrainingPrecision Precision { get; init; }
}

/// <summary>What a person asks for.</summary>
/// <param name="ModelName">The file's name, for the report.</param>
/// <param name="ModelBytes">The file, for its fingerprint and size.</param>
/// <param name="Goal">What ends the search, and what is promised.</param>
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
    /// <summary>Who chooses the cuts, a name of <see cref="PolicyCatalog"/>.</summary>
    public string Policy { get; init; } = PolicyCatalog.Default;

    public CutLimits Limits { get; init; } = new();

    public PruneSettings Settings { get; init; } = new();

    public TrainingBudget Training { get; init; } = new();

    /// <summary>How convolutions may be computed.</summary>
    public IReadOnlyList<Algorithm> Algorithms { get; init; } = PlanAlternatives.AllAlgorithms;

    /// <summary>Every accepted model is written out and judged at the end: the goal, or wanted for a comparison.</summary>
    public bool WithTrace { get; init; } = Goal is Goal.Trace;

    /// <summary>Which variants of the whole model are allowed.</summary>
    public AllowedVariants Variants { get; init; } = AllowedVariants.All;

    /// <summary>
    /// Folder of a run on the same request, up to who chooses the cuts, that was prepared: a new run takes over what is known of the original. Null to
    /// begin from nothing.
    /// </summary>
    public string? BeginsBehind { get; init; }

    /// <summary>Machine and versions, for the report.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
