using System.CommandLine;
using CPrune.Graph;

namespace CPrune.Cli.Commands;

/// <summary>The folder that results go to.</summary>
internal static class OutputFolder
{
    public static Option<string?> Option(string what, string otherwise) =>
        new("--output", "-o") { Description = $"{what} Default: {otherwise}.", HelpName = "DIR" };

    /// <summary>Makes the folder and finds out whether it can be written before any work is done.</summary>
    /// <exception cref="UserErrorException">Kind Output: it cannot.</exception>
    public static string Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".writable.{Environment.ProcessId}.tmp");
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return Path.GetFullPath(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(UserErrorKind.Output, $"cannot write to the folder '{folder}': {e.Message.TrimEnd('.')}; choose another with -o", e);
        }
    }
}
