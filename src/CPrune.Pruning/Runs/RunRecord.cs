using System.Collections.Immutable;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Runs;

/// <summary>What a run recorded, read back from <c>run.db</c>: all a report needs, and nothing computed for it.</summary>
public sealed record RunRecord
{
    public required RunHeader Header { get; init; }

    /// <summary>A name of <see cref="Policies.PolicyCatalog"/>.</summary>
    public string Policy { get; init; } = "";

    /// <summary>What was asked for; null in records that do not say.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Wall time that the run could take; null for no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Nothing better was found: the result is the original, tuned.</summary>
    public bool IsOriginal { get; init; }

    /// <summary>The settings' values by name.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What was promised; null if accuracy was no condition.</summary>
    public AccuracyPromise? Promise { get; init; }

    /// <summary>The original, tuned.</summary>
    public required ModelFigures Before { get; init; }

    /// <summary>The result; null while the run has not ended.</summary>
    public ModelFigures? After { get; init; }

    public required ImmutableArray<CandidateRecord> Candidates { get; init; }

    public required ImmutableArray<TaskRow> TasksBefore { get; init; }

    public required ImmutableArray<TaskRow> TasksAfter { get; init; }

    public required ImmutableArray<LayerChannels> Channels { get; init; }

    /// <summary>Wall seconds by phase (<see cref="PhaseClock"/>).</summary>
    public required ImmutableArray<PhaseTime> Phases { get; init; }

    /// <summary>Wall seconds of the whole run, over all sittings.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Programs measured.</summary>
    public TrialCounts Trials { get; init; } = new(0, 0, 0, 0);

    /// <summary>Filters of the original that are exactly dead, whether or not it paid to remove them.</summary>
    public ImmutableArray<DeadFilter> DeadFilters { get; init; } = [];

    /// <summary>What became of the dead filters, as a sentence without its end; null where that was not looked for.</summary>
    public string? DeadFilterOutcome { get; init; }

    /// <summary>Accepted models as points of the trade-off, the original first; empty where that was not the goal.</summary>
    public ImmutableArray<TracePoint> Trace { get; init; } = [];

    /// <summary>Accepted models that could not be tuned or timed for <see cref="Trace"/>.</summary>
    public ImmutableArray<MissingPoint> MissingFromTrace { get; init; } = [];

    /// <summary>Why the search ended, as a sentence.</summary>
    public string? EndReason { get; init; }

    /// <summary>Images that models were trained with.</summary>
    public long TrainedImages => Candidates.Sum(c => c.TrainedImages ?? 0);
}

/// <summary>The floor on the held-out images, and how the result stands to it.</summary>
/// <param name="TestFloor">Top-1 on the whole test set that was promised, a share.</param>
/// <param name="UnseenFloor">The same on the images that nothing was decided on.</param>
/// <param name="TestImages">Images of the test set.</param>
/// <param name="UnseenImages">Images that nothing was decided on.</param>
/// <param name="TestChange">The result's top-1 less the original's on the test set, image by image.</param>
/// <param name="UnseenChange">The same on the images that nothing was decided on.</param>
/// <param name="Readings">Models whose held-out answers were read, the original not counted.</param>
public sealed record AccuracyPromise(
    double TestFloor, double UnseenFloor, int TestImages, int UnseenImages, PairedDifference TestChange, PairedDifference UnseenChange, int Readings);

/// <param name="Options">The command's options as text, by name.</param>
/// <param name="Environment">Machine, versions, target.</param>
public sealed record RunHeader(
    string ModelName, string ModelFingerprint, string DataSpec, string TargetName, int Seed, DateTimeOffset StartedAt,
    ImmutableSortedDictionary<string, string> Options, ImmutableSortedDictionary<string, string> Environment);

/// <param name="LatencySeconds">Our tuned code, one image.</param>
/// <param name="ReferenceLatencySeconds">ONNX Runtime, one image, same threads; null when not measured.</param>
/// <param name="SelectionTop1">Share on the selection split.</param>
/// <param name="TestTop1">Share on the test set; measured for the original and the final model only.</param>
/// <param name="UnseenTop1">The same on the images that nothing was decided on.</param>
/// <param name="LibraryBytes">Of the tuned native library.</param>
public sealed record ModelFigures(
    double LatencySeconds, double? ReferenceLatencySeconds, double? SelectionTop1, double? TestTop1, long Parameters, long Macs, long FileBytes,
    double? UnseenTop1 = null, long LibraryBytes = 0);

public enum Verdict
{
    Accepted,
    TooSlow,
    TooInaccurate,
    Failed,

    /// <summary>It passed both gates, and another that did so too was taken.</summary>
    Probed,
}

/// <summary>One candidate of the walk and why it was taken or refused.</summary>
/// <param name="TaskLabel">The task that was cut, or what several groups that were have in common.</param>
/// <param name="Layers">Layers whose filters were cut.</param>
/// <param name="Step">Filters cut from each group, or from all together where the groups lose different numbers.</param>
/// <param name="Ratio">New over old latency; null when it was not measured. Low and high are its interval.</param>
/// <param name="SelectionTop1">After short training; null when it was refused before.</param>
/// <param name="Reason">One sentence.</param>
public sealed record CandidateRecord(
    int Number, string TaskLabel, ImmutableArray<string> Layers, int Step, double? Ratio, double? RatioLow, double? RatioHigh,
    double? LatencySeconds, double? SelectionTop1, Verdict Verdict, string Reason, double ElapsedSeconds, int Trials)
{
    /// <summary>Why this cut: how the step came about, or what is foreseen of it, as a phrase; empty in journals from before it was kept.</summary>
    public string CutReason { get; init; } = "";

    /// <summary>Accuracy on the selection split less that of the model it was cut from, image by image; null where it was not evaluated.</summary>
    public PairedDifference? AccuracyChange { get; init; }

    /// <summary>Top-1 that is foreseen to be lost on the whole test set, a share: what a planned search decides by; null in a walk.</summary>
    public double? ForeseenLoss { get; init; }

    /// <summary>Images it was trained on: fewer than planned where the answer was clear before; null where it was not trained.</summary>
    public long? TrainedImages { get; init; }

    /// <summary>Where <see cref="ElapsedSeconds"/> went; empty in journals from before it was kept.</summary>
    public ImmutableArray<PhaseTime> Phases { get; init; } = [];
}

/// <summary>A row of table C.</summary>
public sealed record TaskRow(string Label, int Multiplicity, long Macs, double Seconds, string Schedule);

/// <summary>Programs measured, by what they were measured for.</summary>
/// <param name="Candidates">For all candidates together, and for what they were chosen by.</param>
/// <param name="Result">For the long tuning of the result, and for points of the trace that had not been measured.</param>
/// <param name="Published">What the authors' procedure would have taken for as many candidates: every task of every one from nothing.</param>
public sealed record TrialCounts(int Original, int Candidates, int Result, long Published)
{
    public int Total => Original + Candidates + Result;

    /// <summary>Of <see cref="Published"/>, by the candidates; original and result are tuned alike by both. Null where there was no candidate.</summary>
    public double? ShareOfPublished => Published == 0 ? null : (double)Candidates / Published;
}

/// <summary>A model of the trade-off between accuracy and latency.</summary>
/// <param name="File">Its ONNX file, within the run's folder.</param>
/// <param name="Ratio">Its latency over the original's, timed in turn.</param>
/// <param name="SelectionTop1">As accepted: after short training, or a longer one within the walk.</param>
public sealed record TracePoint(string File, double LatencySeconds, double Ratio, double SelectionTop1, double TestTop1);

/// <summary>A model that the trade-off has no point for.</summary>
/// <param name="File">Its ONNX file, within the run's folder.</param>
/// <param name="Reason">One sentence.</param>
public sealed record MissingPoint(string File, string Reason);

public sealed record LayerChannels(string Layer, int Before, int After);
