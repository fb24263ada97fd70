namespace CPrune.Cli;

/// <summary>Exit codes that are no <see cref="CPrune.Graph.UserErrorKind"/>.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A defect of the program.</summary>
    public const int Defect = 1;

    /// <summary>Ended by Ctrl-C or a termination signal, as shells number it.</summary>
    public const int Interrupted = 130;
}
