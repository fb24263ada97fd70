using System.IO.Compression;

namespace CPrune.Training.Data;

/// <summary>Files that may stand plain or as <c>.gz</c>.</summary>
internal static class GzipFiles
{
    /// <summary>The file, or the same name with <c>.gz</c>; null if neither is there.</summary>
    public static string? Find(string folder, string name) =>
        new[] { name, name + ".gz" }.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);

    public static byte[] Read(string path)
    {
        try
        {
            if (!path.EndsWith(".gz", StringComparison.Ordinal)) return File.ReadAllBytes(path);
            using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var memory = new MemoryStream();
            gzip.CopyTo(memory);
            return memory.ToArray();
        }
        catch (InvalidDataException error)
        {
            throw DataErrors.Of($"'{path}' is not a whole gzip file; fetch it again.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DataErrors.Of($"'{path}' cannot be read: {error.Message}", error);
        }
    }
}
