using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CPrune.Architecture.Tests;

/// <summary>The repository's own sources, as text.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Names of the projects below <c>src</c>.</summary>
    public static IReadOnlyList<string> Rooms { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)!).Where(d => File.Exists(ProjectFile(d))).Order()];

    /// <summary>Projects that a room references itself.</summary>
    public static IReadOnlyList<string> ReferencesOf(string room) =>
        [.. XDocument.Load(ProjectFile(room)).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!))];

    public static IReadOnlyList<string> PackagesOf(string room) =>
        [.. XDocument.Load(ProjectFile(room)).Descendants("PackageReference").Select(r => (string)r.Attribute("Include")!)];

    /// <summary>The name of what a room is compiled to.</summary>
    public static string AssemblyOf(string room) => (string?)XDocument.Load(ProjectFile(room)).Descendants("AssemblyName").SingleOrDefault() ?? room;

    /// <summary>Assemblies that the compiled room names; the compiler leaves out those of which it uses nothing.</summary>
    public static IReadOnlyList<string> NeededBy(string room)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{AssemblyOf(room)}.dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }

    /// <summary>Source files below a folder of the repository, without build output.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>Lines of a source file that are not comments and match, as <c>file:line: text</c>.</summary>
    public static IEnumerable<string> Uses(string file, Regex pattern)
    {
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (pattern.IsMatch(Comment().Replace(line, ""))) yield return $"{Path.GetRelativePath(Root, file)}:{number}: {line.Trim()}";
        }
    }

    private static string ProjectFile(string room) => Path.Combine(Root, "src", room, $"{room}.csproj");

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "CPrune.slnx"))) return folder;
        throw new InvalidOperationException("CPrune.slnx is in no folder above the tests");
    }

    [GeneratedRegex(@"(?<!:)//.*$|^\s*\*.*$")]
    private static partial Regex Comment();
}
