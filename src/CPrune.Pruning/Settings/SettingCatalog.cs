using System.Collections.Immutable;
using System.Globalization;
using CPrune.Graph;

namespace CPrune.Pruning.Settings;

/// <summary>A number that a run decides by.</summary>
/// <param name="Name">As <c>--set</c> takes it.</param>
/// <param name="Unit">For example images; a share is from 0 to 1.</param>
/// <param name="Source">The paper's section, or where it was measured or why it was chosen.</param>
public sealed record Setting(
    string Name, string Unit, string Source, double Least, double Most, Func<PruneSettings, double> Get, Func<PruneSettings, double, PruneSettings> With)
{
    /// <summary>Only whole numbers make sense.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>All settings of a run, in the order in which a report lists them.</summary>
public static class SettingCatalog
{
    private const string Chosen = "chosen; its ablation is not measured yet";

    private const string PaperCode = "the paper's code";

    public static ImmutableArray<Setting> All { get; } =
    [
        new("alpha", "share", PaperCode, 0.5, 1, s => s.Alpha, (s, v) => s with { Alpha = v }),
        new("beta", "share", PaperCode, 0.1, 1, s => s.Beta, (s, v) => s with { Beta = v }),
        new("max-iterations", "candidates", PaperCode, 1, 1e6, s => s.MaxIterations, (s, v) => s with { MaxIterations = (int)v }) { IsWhole = true },
        new(
            "max-layer-cut", "share", Chosen, 0.01, 0.99, s => s.MaxLayerCut,
            (s, v) => s with { MaxLayerCut = v }),
        new("walk-layer-cut", "share", PaperCode, 0.01, 0.99, s => s.WalkLayerCut, (s, v) => s with { WalkLayerCut = v }),
        new("min-latency", "share", PaperCode, 0, 1, s => s.MinLatency, (s, v) => s with { MinLatency = v }),
        new("walk-learning-rate", "rate", "the paper, section 4.1", 0, 10, s => s.WalkLearningRate, (s, v) => s with { WalkLearningRate = v }),
        new("walk-batch", "images", "the paper, section 4.1", 1, 65536, s => s.WalkBatch, (s, v) => s with { WalkBatch = (int)v }) { IsWhole = true },
        new(
            "walk-short-share", "share", "chosen: with the paper's twenty for one, the long training then takes two fifths of the limit", 0.001, 0.05,
            s => s.WalkShortShare, (s, v) => s with { WalkShortShare = v }),
        new("trials", "programs a task", "bench/tuning.md", 1, 100_000, s => s.Trials, (s, v) => s with { Trials = (int)v }) { IsWhole = true },
        new(
            "tuning-share", "share", Chosen, 0.01, 0.4,
            s => s.TuningShare, (s, v) => s with { TuningShare = v }),
        new("candidate-trials", "programs a task", "bench/tuning.md", 0, 100_000, s => s.CandidateTrials, (s, v) => s with { CandidateTrials = (int)v }) { IsWhole = true },
        new("learning-rate", "rate", Chosen, 0, 10, s => s.LearningRate, (s, v) => s with { LearningRate = v }),
        new("rate-factor", "times", Chosen, 1.1, 100, s => s.RateFactor, (s, v) => s with { RateFactor = v }),
        new("batch", "images", "chosen: as the recipes that networks for CIFAR-10 are trained with", 1, 65536, s => s.Batch, (s, v) => s with { Batch = (int)v }) { IsWhole = true },
        new("momentum", "share", "the paper, section 4.1", 0, 0.999, s => s.Momentum, (s, v) => s with { Momentum = v }),
        new("weight-decay", "per step", "the paper, section 4.1", 0, 1, s => s.WeightDecay, (s, v) => s with { WeightDecay = v }),
        new("distillation", "share", Chosen, 0, 1, s => s.Distillation, (s, v) => s with { Distillation = v }),
        new("temperature", "none", "Hinton et al., 2015, section 4", 1, 100, s => s.Temperature, (s, v) => s with { Temperature = v }),
        new("hint-weight", "weight", Chosen, 0, 1e6, s => s.HintWeight, (s, v) => s with { HintWeight = v }),
        new("epochs", "epochs", "the paper, section 4.1: its long training", 0.001, 1e6, s => s.Epochs, (s, v) => s with { Epochs = v }),
        new("first-speed", "times the original", Chosen, 1.01, 100, s => s.FirstSpeed, (s, v) => s with { FirstSpeed = v }),
        new("short-stage", "share", Chosen, 0.01, 1, s => s.ShortStage, (s, v) => s with { ShortStage = v }),
        new("long-stage", "share", Chosen, 0.01, 1, s => s.LongStage, (s, v) => s with { LongStage = v }),
        new("reach", "times", Chosen, 1.01, 100, s => s.Reach, (s, v) => s with { Reach = v }),
        new("aim", "share", Chosen, 0.01, 1, s => s.Aim, (s, v) => s with { Aim = v }),
        new("recovery", "power", Chosen, 0, 2, s => s.Recovery, (s, v) => s with { Recovery = v }),
    ];

    /// <summary>The values of all settings as text, by name.</summary>
    public static ImmutableSortedDictionary<string, string> Texts(PruneSettings settings) => All.ToImmutableSortedDictionary(
        s => s.Name, s => s.Get(settings).ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);

    /// <summary>Changes one setting.</summary>
    /// <param name="assignment">For example <c>learning-rate=0.01</c>.</param>
    /// <exception cref="UserErrorException">Kind Usage: no such setting, no number, or out of range.</exception>
    public static PruneSettings Set(PruneSettings settings, string assignment)
    {
        var parts = assignment.Split('=', 2, StringSplitOptions.TrimEntries);
        var setting = All.FirstOrDefault(s => s.Name == parts[0]) ?? throw new UserErrorException(
            UserErrorKind.Usage, $"--set '{assignment}': there is no setting '{parts[0]}'; there are {string.Join(", ", All.Select(s => s.Name))}");
        var isNumber = double.TryParse(parts.ElementAtOrDefault(1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        if (!isNumber || !(value >= setting.Least && value <= setting.Most) || (setting.IsWhole && value != Math.Floor(value)))
        {
            throw new UserErrorException(UserErrorKind.Usage, string.Create(
                CultureInfo.InvariantCulture,
                $"--set '{assignment}': {setting.Name} takes a {(setting.IsWhole ? "whole " : "")}number from {setting.Least} to {setting.Most} ({setting.Unit}), for example {setting.Name}={setting.Get(new())}"));
        }

        return setting.With(settings, value);
    }
}
