namespace CPrune.Devices.Host;

/// <summary>What a device has done so far, and where the time went.</summary>
/// <param name="Programs">Candidates that came to an end, well or not.</param>
/// <param name="Building">Wall time of lowering and compiling, on all cores.</param>
/// <param name="Measuring">Wall time of checking and timing, one candidate at a time.</param>
public sealed record DeviceWork(int Programs, TimeSpan Building, TimeSpan Measuring)
{
    public double ProgramsPerSecond => Programs / Math.Max((Building + Measuring).TotalSeconds, 1e-9);

    public override string ToString() =>
        $"{Programs} programs, {ProgramsPerSecond:0.0}/s (building {Building.TotalSeconds:0.0} s, measuring {Measuring.TotalSeconds:0.0} s)";
}
