namespace CPrune.Cli.Options;

/// <summary>What a command does with data: which of the options it needs.</summary>
internal enum DataUse
{
    /// <summary>Reads the test images.</summary>
    Evaluation,

    /// <summary>Trains too.</summary>
    Training,

    /// <summary>Trains too, and judges candidates.</summary>
    Pruning,
}
