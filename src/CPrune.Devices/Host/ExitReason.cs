namespace CPrune.Devices.Host;

/// <summary>A process's exit code in words.</summary>
internal static class ExitReason
{
    /// <summary>.NET reports a process that a signal ended with 128 + the signal's number.</summary>
    public static string Of(int exitCode) => exitCode switch
    {
        128 + 4 => "killed by SIGILL (signal 4, illegal instruction)",
        128 + 6 => "killed by SIGABRT (signal 6, abort)",
        128 + 7 => "killed by SIGBUS (signal 7, bus error)",
        128 + 8 => "killed by SIGFPE (signal 8, arithmetic error)",
        128 + 9 => "killed by SIGKILL (signal 9)",
        128 + 11 => "killed by SIGSEGV (signal 11, invalid memory access)",
        > 128 and < 128 + 65 => $"killed by signal {exitCode - 128}",
        _ => $"ended with exit code {exitCode}",
    };
}
