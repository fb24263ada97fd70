using System.Reflection;
using System.Runtime.InteropServices;
using CPrune.Compiler.Targets;

namespace CPrune.Cli.Composition;

/// <summary>What of the machine and its versions belongs into a report.</summary>
internal static class EnvironmentFacts
{
    public static string Version { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static IReadOnlyDictionary<string, string> Of(Target target, string reference) => new Dictionary<string, string>
    {
        ["cprune"] = Version,
        ["processor"] = Processor() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        ["processors in use"] = $"{Environment.ProcessorCount}",
        ["system"] = RuntimeInformation.OSDescription,
        [".NET"] = RuntimeInformation.FrameworkDescription,
        ["code made for"] = $"{target}",
        ["referee"] = reference,
    };

    /// <summary>Other work on the machine: how many programs want a core, as Linux averages it over the last minute; null where the system does not say.</summary>
    public static string? LoadAverage()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file) ? File.ReadAllText(file).Split(' ')[0] : null;
    }

    /// <summary>As Linux names it.</summary>
    private static string? Processor()
    {
        const string file = "/proc/cpuinfo";
        return File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
    }
}
