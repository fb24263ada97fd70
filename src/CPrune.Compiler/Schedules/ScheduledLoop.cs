namespace CPrune.Compiler.Schedules;

public enum LoopRole
{
    /// <summary>An ordinary loop.</summary>
    Serial,

    /// <summary>Shared out among threads.</summary>
    Parallel,

    /// <summary>Written out turn by turn.</summary>
    Unrolled,

    /// <summary>Part of the register tile.</summary>
    Register,

    /// <summary>The lanes of a vector.</summary>
    Lane,
}

/// <summary>One loop of a scheduled computation.</summary>
/// <param name="Name">For example <c>oc.1</c>.</param>
/// <param name="Axis">The axis it belongs to.</param>
/// <param name="Extent">Turns.</param>
/// <param name="Stride">How far one turn moves along the axis.</param>
public sealed record ScheduledLoop(string Name, string Axis, int Extent, int Stride, LoopRole Role);
