using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CPrune.Training.Data;

/// <summary>
/// Images listed in a <c>labels.csv</c> with the columns <c>file</c> (relative to it), <c>class</c> or <c>class_index</c> (a number from 0) and optionally
/// <c>split</c> (train, or test/val) and <c>name</c> (of the class).
/// </summary>
internal static class LabelsFile
{
    public const string FileName = "labels.csv";

    /// <summary>A larger number is no class, but a mistake, and would need a name for every number below it. ImageNet-21k has 21,841.</summary>
    private const int LargestClass = 999_999;

    /// <param name="root">The prefix of the folder that holds the file, empty or ending in <c>/</c>.</param>
    public static ImageListing List(FileTree tree, string root)
    {
        var rows = Encoding.UTF8.GetString(tree.Read(root + FileName)).Split('\n').Select(l => l.TrimEnd('\r')).ToArray();
        var columns = Fields(rows[0].TrimStart('\ufeff'));
        var (file, label) = (Column("file"), Math.Max(Column("class"), Column("class_index")));
        var (split, name) = (Column("split"), Column("name"));
        if (file < 0 || label < 0) throw DataErrors.Of($"'{FileName}' at '{tree.Spec}' needs the columns 'file' and 'class' (or 'class_index').");

        var present = tree.Files.ToHashSet(StringComparer.Ordinal);
        var images = ImmutableArray.CreateBuilder<ListedImage>();
        var names = new SortedDictionary<int, string>();
        for (var row = 1; row < rows.Length; row++)
        {
            if (rows[row].Length == 0) continue;
            var fields = Fields(rows[row]);
            if (fields.Count != columns.Count || !int.TryParse(fields[label], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw DataErrors.Of($"line {row + 1} of '{FileName}' at '{tree.Spec}' does not fit its header, or its class is not a number from 0.");
            if (number > LargestClass)
                throw DataErrors.Of($"line {row + 1} of '{FileName}' at '{tree.Spec}' has the class {number}; classes are numbered from 0, and none is above {LargestClass:N0}.");
            var path = root + fields[file];
            if (!present.Contains(path)) throw DataErrors.Of($"the data at '{tree.Spec}' is incomplete: '{path}', named in '{FileName}', is missing.");
            images.Add(new(path, number, split < 0 ? null : ImageListing.IsTestPart(fields[split])
                ?? throw DataErrors.Of($"line {row + 1} of '{FileName}' at '{tree.Spec}' has the split '{fields[split]}'; 'train', 'test' and 'val' are known.")));
            names[number] = name < 0 ? fields[label] : fields[name];
        }

        if (images.Count == 0) throw DataErrors.Of($"'{FileName}' at '{tree.Spec}' lists no images.");
        return new(images.ToImmutable(), [.. ImageSets.NumberedClasses(names.Keys.Max() + 1).Select((n, i) => names.GetValueOrDefault(i, n))]);

        int Column(string title) => columns.IndexOf(title);
    }

    /// <summary>Fields of one line; in double quotes a comma is text and <c>""</c> a quote (RFC 4180, without line breaks inside).</summary>
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[++i]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) EndField();
            else field.Append(c);
        }

        EndField();
        return fields;

        void EndField()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
