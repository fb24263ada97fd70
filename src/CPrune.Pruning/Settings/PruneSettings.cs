namespace CPrune.Pruning.Settings;

/// <summary>
/// The numbers that a run decides by. <see cref="SettingCatalog"/> has the unit, the range and the source of each; <c>--set name=value</c> changes one.
/// </summary>
public sealed record PruneSettings
{
    /// <summary>Share of accuracy that one step of a walk must keep.</summary>
    public double Alpha { get; init; } = 0.995;

    /// <summary>Share of latency that one step of a walk must reach.</summary>
    public double Beta { get; init; } = 0.99;

    public int MaxIterations { get; init; } = 100;

    public double MaxLayerCut { get; init; } = 0.9;

    /// <summary>Largest share of a layer's filters that a walk takes.</summary>
    public double WalkLayerCut { get; init; } = 0.8;

    public double MinLatency { get; init; } = 0.1;

    public double WalkLearningRate { get; init; } = 1e-4;

    public int WalkBatch { get; init; } = 64;

    /// <summary>Share of the time limit for one short training of a walk.</summary>
    public double WalkShortShare { get; init; } = 0.02;

    public int Trials { get; init; } = 48;

    /// <summary>Share of the time limit for tuning the original, and as much again for the result.</summary>
    public double TuningShare { get; init; } = 0.12;

    public int CandidateTrials { get; init; } = 6;

    /// <summary>Peak learning rate that the first stage of a planned search tries first.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Factor between the learning rates that it tries.</summary>
    public double RateFactor { get; init; } = 3;

    public int Batch { get; init; } = 128;

    public double Momentum { get; init; } = 0.9;

    public double WeightDecay { get; init; } = 5e-4;

    public double Distillation { get; init; } = 0.9;

    public double Temperature { get; init; } = 4;

    /// <summary>Weight of hints in the loss: of the mean squared error of what some layers read, relative to what the original's read.</summary>
    public double HintWeight { get; init; } = 100;

    /// <summary>Epochs of a planned search without a time limit.</summary>
    public double Epochs { get; init; } = 100;

    /// <summary>Speed that the first plan is made for, over the original's.</summary>
    public double FirstSpeed { get; init; } = 1.5;

    /// <summary>Share of all training that a stage takes which the next one cuts further.</summary>
    public double ShortStage { get; init; } = 0.1;

    /// <summary>Share of the training that is left which the stage takes that may be the last.</summary>
    public double LongStage { get; init; } = 0.33;

    /// <summary>How many times as fast as the model that it cuts a plan is made for, if all training is left; less if less is left.</summary>
    public double Reach { get; init; } = 2.5;

    /// <summary>Share of the allowed loss that a cut is planned to lose in the end; the rest is for what readings and laws are
    /// wrong by.</summary>
    public double Aim { get; init; } = 0.6;

    /// <summary>Power of the training images by which a loss falls.</summary>
    public double Recovery { get; init; } = 0.5;
}
