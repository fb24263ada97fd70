using System.Security.Cryptography;
using CPrune.Graph;

namespace CPrune.Training.Native;

/// <summary>
/// Files of the folder <c>native</c> in the user's cache (<see cref="UserCache"/>), one folder a content. A file is there whole or not at all; two processes that place the same file at once write the same bytes under the same name.
/// </summary>
public static class PrivateCopy
{
    /// <returns>The full path of a file named <paramref name="name"/> with exactly these bytes.</returns>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Output"/>: the cache folder cannot be written.</exception>
    public static string Place(string name, byte[] content) => Place(Path.Combine(UserCache.Folder(Environment.GetEnvironmentVariable), "native"), name, content);

    /// <inheritdoc cref="Place(string, byte[])"/>
    public static string Place(string cacheFolder, string name, byte[] content)
    {
        var folder = Path.Combine(cacheFolder, Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        var path = Path.Combine(folder, name);
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content)) return path;
            Directory.CreateDirectory(folder);
            AtomicFile.Write(path, content);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or UserErrorException)
        {
            throw new UserErrorException(
                UserErrorKind.Output, $"the cache folder {cacheFolder} cannot be written ({error.Message}); set XDG_CACHE_HOME to a folder that can.", error);
        }
    }
}
