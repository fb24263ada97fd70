using System.CommandLine;
using CPrune.Graph;

namespace CPrune.Cli.Commands;

/// <summary>The folder that results go to. What was made for it and is still empty in the end is removed: a command that fails leaves nothing behind.</summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly IReadOnlyList<string> _made;

    private OutputFolder(string path, IReadOnlyList<string> made) => (Path, _made) = (path, made);

    public string Path { get; }

    public static Option<string?> Option(string what, string otherwise) =>
        new("--output", "-o") { Description = $"{what} Default: {otherwise}.", HelpName = "DIR" };

    /// <summary>Makes the folder and finds out whether it can be written before any work is done.</summary>
    /// <exception cref="UserErrorException">Kind Output: it cannot.</exception>
    public static OutputFolder Prepare(string folder)
    {
        try
        {
            var path = System.IO.Path.GetFullPath(folder);
            var made = Missing(path);
            Directory.CreateDirectory(path);
            var probe = System.IO.Path.Combine(path, $".writable.{Environment.ProcessId}.tmp");
            using (new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return new OutputFolder(path, made);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(UserErrorKind.Output, $"cannot create or write to the folder '{folder}' ({e.Message.TrimEnd('.')}); choose another with -o", e);
        }
    }

    /// <summary>Prepares the folder of a file that is to be written in the end.</summary>
    /// <exception cref="UserErrorException">Kind Output: the folder cannot be written, or a folder stands in the file's place.</exception>
    public static OutputFolder PrepareForFile(string file)
    {
        if (Directory.Exists(file) || System.IO.Path.EndsInDirectorySeparator(file))
            throw new UserErrorException(UserErrorKind.Output, $"cannot write '{file}': it is a folder; give a file with -o");
        return Prepare(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!);
    }

    public void Dispose()
    {
        foreach (var folder in _made)
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    /// <summary>The folders of a path that are not there yet, innermost first.</summary>
    private static List<string> Missing(string path)
    {
        var missing = new List<string>();
        for (var folder = path; folder is not null && !Directory.Exists(folder); folder = System.IO.Path.GetDirectoryName(folder)) missing.Add(folder);
        return missing;
    }
}
