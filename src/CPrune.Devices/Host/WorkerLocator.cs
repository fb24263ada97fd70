using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CPrune.Devices.Host;

/// <summary>Finds the worker program, which is built into the same folder as this assembly.</summary>
internal static class WorkerLocator
{
    /// <summary>In two parts, because this room does not depend on the worker's: it only starts it.</summary>
    private const string Program = "CPrune" + ".Worker";

    private const string Assembly = Program + ".dll";

    /// <summary>The variable that glibc reads its heap's settings from. <c>./cprune</c> sets it for training; programs are built and timed as an application would run them.</summary>
    private const string HeapSettings = "GLIBC_TUNABLES";

    /// <summary>How to start a worker on the very runtime that this process runs on.</summary>
    /// <exception cref="InvalidOperationException">The worker is not installed beside this assembly.</exception>
    public static ProcessStartInfo StartInfo()
    {
        var folder = AppContext.BaseDirectory;
        var assembly = Path.Combine(folder, Assembly);
        if (!File.Exists(assembly))
            throw new InvalidOperationException($"the measuring program {Assembly} is missing in {folder}: build or install CPrune again");
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove(HeapSettings);
        if (DotnetHost() is { } host)
        {
            start.FileName = host;
            start.ArgumentList.Add(assembly);
        }
        else
        {
            start.FileName = Path.Combine(folder, OperatingSystem.IsWindows() ? Program + ".exe" : Program);
        }

        return start;
    }

    /// <summary>
    /// The <c>dotnet</c> program of the running runtime: three folders above <c>shared/Microsoft.NETCore.App/VERSION</c>; null where the
    /// runtime is not laid out so.
    /// </summary>
    private static string? DotnetHost()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(host) ? host : null;
    }
}
