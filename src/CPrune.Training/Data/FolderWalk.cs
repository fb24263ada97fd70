using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>Lists what is below a folder. Links are followed, as users link the folders of large data sets, but not round in a circle.</summary>
internal static class FolderWalk
{
    /// <returns>Paths relative to the folder with <c>/</c> between the parts; those of folders end in one.</returns>
    /// <exception cref="Graph.UserErrorException">Kind Data: a link to a folder around itself, or a folder that cannot be read.</exception>
    public static IEnumerable<string> Entries(string folder) => Below(folder, folder, "", []);

    private static IEnumerable<string> Below(string root, string folder, string prefix, ImmutableList<string> around)
    {
        // What lies in it is listed by the path behind the link, against which links in it are meant.
        var real = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(folder);
        if (around.Contains(real))
            throw DataErrors.Of($"'{prefix.TrimEnd('/')}' at '{root}' is a link to a folder that it lies in; remove it.");
        around = around.Add(real);
        foreach (var entry in Listed(root, real, prefix))
        {
            if (!Directory.Exists(entry.FullName))
            {
                yield return prefix + entry.Name;
                continue;
            }

            yield return $"{prefix}{entry.Name}/";
            // What is hidden is left out, however much it is.
            if (entry.Name.StartsWith('.')) continue;
            foreach (var below in Below(root, entry.FullName, $"{prefix}{entry.Name}/", around)) yield return below;
        }
    }

    private static FileSystemInfo[] Listed(string root, string folder, string prefix)
    {
        try
        {
            return [.. new DirectoryInfo(folder).GetFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw DataErrors.Of($"the folder '{prefix.TrimEnd('/')}' at '{root}' cannot be read: {error.Message}", error);
        }
    }
}
