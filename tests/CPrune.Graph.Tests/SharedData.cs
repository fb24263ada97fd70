namespace CPrune.Graph.Tests;

/// <summary>Finds the real models: in CPRUNE_DATA, or in a folder shared/data beside the repository.</summary>
internal static class SharedData
{
    /// <summary>The path of a file of the shared data; the test is skipped where it is absent.</summary>
    public static string Path(params string[] parts)
    {
        var folder = Environment.GetEnvironmentVariable("CPRUNE_DATA") ?? BesideRepository();
        var path = folder is null ? null : System.IO.Path.Combine([folder, .. parts]);
        if (!File.Exists(path)) Assert.Skip($"needs {string.Join('/', parts)} in the folder shared/data beside the repository, or in CPRUNE_DATA");
        return path;
    }

    private static string? BesideRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "CPrune.slnx")))
                return System.IO.Path.Combine(folder.FullName, "..", "shared", "data");
        }

        return null;
    }
}
