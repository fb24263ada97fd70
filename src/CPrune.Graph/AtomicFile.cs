namespace CPrune.Graph;

/// <summary>Files that are there whole or not at all: written beside, flushed to disk, renamed.</summary>
public static class AtomicFile
{
    /// <summary>Puts <paramref name="content"/> in the place of the file; where that fails, the old file stays as it was.</summary>
    /// <exception cref="UserErrorException">Kind Output: the file cannot be written.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> content) => Write(path, file => file.Write(content.Span));

    /// <summary>The same with content that is not in memory at once.</summary>
    /// <exception cref="UserErrorException">Kind Output: the file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        // Renaming over a device would put a file in its place, for every program of the machine.
        if (Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal))
            throw new UserErrorException(UserErrorKind.Output, $"cannot write '{path}': it is a device, not a file; choose a file");
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // File.Exists first: where the folder itself is missing, deleting would throw.
            if (File.Exists(beside)) File.Delete(beside);
            throw new UserErrorException(UserErrorKind.Output, $"cannot write '{path}': {e.Message.TrimEnd('.')}; choose a folder you may write to", e);
        }
    }
}
