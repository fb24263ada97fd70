using System.Collections.Immutable;
using System.Globalization;

namespace CPrune.Training.Data;

/// <summary>
/// Images in class folders: <c>class/image.png</c>, or <c>train/class/image.png</c> beside <c>test</c> (or <c>val</c>; where both are there, <c>test</c>).
/// Classes are numbered in ordinal order of their names, as torchvision's <c>ImageFolder</c> does.
/// </summary>
internal static class ClassFolders
{
    /// <summary>Kinds of other files that a note names.</summary>
    private const int NamedKinds = 4;

    /// <param name="root">The prefix of every path that counts, empty or ending in <c>/</c>.</param>
    public static ImageListing List(FileTree tree, string root)
    {
        var files = tree.Files.Where(f => f.StartsWith(root, StringComparison.Ordinal) && ImageListing.IsImage(f))
            .Select(f => (File: f, Parts: f[root.Length..].Split('/'))).ToArray();
        if (files.Length == 0)
        {
            throw DataErrors.Of(tree.Files.Count == 0
                ? $"'{tree.Spec}' is empty; labelled images are needed."
                : $"no data of a known kind is at '{tree.Spec}'; CIFAR-10/100 binary files, IDX files or class folders of images are.");
        }

        var parted = files.Any(f => ImageListing.IsTestPart(f.Parts[0]) == false);
        var depth = parted ? 2 : 1;
        if (files.FirstOrDefault(f => f.Parts.Length <= depth).File is { } stray)
            throw DataErrors.Of($"the image '{stray}' at '{tree.Spec}' is in no class folder; put it into the folder of its class.");
        if (!parted && files.All(f => f.Parts.Length > 2 && ImageListing.IsTestPart(f.Parts[0]) == true))
            throw DataErrors.Of($"the data at '{tree.Spec}' is incomplete: beside '{files[0].Parts[0]}' a 'train' folder is missing.");
        if (!parted)
        {
            CheckNoneIsEmpty(tree, root, [""]);
            return Label(tree, root, [.. files.Select(f => (f.File, f.Parts[0], (bool?)null))], []);
        }

        var testFolder = files.Select(f => f.Parts[0]).Where(p => ImageListing.IsTestPart(p) == true).Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw DataErrors.Of($"the data at '{tree.Spec}' is incomplete: beside 'train' a 'test' or 'val' folder is missing.");
        var used = files.Where(f => f.Parts[0] == testFolder || ImageListing.IsTestPart(f.Parts[0]) == false).ToArray();
        CheckNoneIsEmpty(tree, root, [.. used.Select(f => f.Parts[0] + "/").Distinct()]);
        var unused = files.Except(used).GroupBy(f => f.Parts[0])
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count():N0} images in '{g.Key}' are not used, because '{testFolder}' is the test part"));
        return Label(tree, root, [.. used.Select(f => (f.File, f.Parts[1], ImageListing.IsTestPart(f.Parts[0])))], [.. unused]);
    }

    /// <summary>Without its images a class would drop out, and all after it would have other numbers.</summary>
    private static void CheckNoneIsEmpty(FileTree tree, string root, ImmutableArray<string> parts)
    {
        var filled = tree.Files.Where(ImageListing.IsImage).Select(f => f[..f.LastIndexOf('/')]).ToHashSet(StringComparer.Ordinal);
        var empty = tree.Folders.FirstOrDefault(folder => parts.Any(part =>
            folder.StartsWith(root + part, StringComparison.Ordinal) && folder.Length > (root + part).Length && !folder[(root + part).Length..].Contains('/'))
            && !filled.Any(f => f == folder || f.StartsWith(folder + "/", StringComparison.Ordinal)));
        if (empty is not null) throw DataErrors.Of($"the class folder '{empty}' at '{tree.Spec}' has no images; put images into it, or remove it.");
    }

    private static ImageListing Label(
        FileTree tree, string root, ImmutableArray<(string File, string Class, bool? IsTest)> files, ImmutableArray<string> notes)
    {
        ImmutableArray<string> names = [.. files.Where(f => f.IsTest != true).Select(f => f.Class).Distinct().Order(StringComparer.Ordinal)];
        var numbers = names.Select((name, index) => (name, index)).ToDictionary(p => p.name, p => p.index, StringComparer.Ordinal);
        return new([.. files.Select(f => new ListedImage(f.File, numbers.TryGetValue(f.Class, out var label) ? label : throw DataErrors.Of(
            $"the class folder '{f.Class}' at '{tree.Spec}' has test images but no training images; give it both."), f.IsTest))], names)
        {
            Notes = [.. notes, .. Others(tree, root), .. Renumbered(names)],
        };
    }

    private static IEnumerable<string> Others(FileTree tree, string root)
    {
        var others = tree.Files.Where(f => f.StartsWith(root, StringComparison.Ordinal) && !ImageListing.IsImage(f))
            .GroupBy(f => Path.GetExtension(f) is { Length: > 0 } kind ? kind.ToLowerInvariant() : "without extension")
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        if (others.Count == 0) yield break;
        var kinds = string.Join(", ", others.Take(NamedKinds).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count():N0} {g.Key}")));
        yield return string.Create(
            CultureInfo.InvariantCulture, $"{others.Sum(g => g.Count()):N0} files are no images: {kinds}{(others.Count > NamedKinds ? ", …" : "")}");
    }

    /// <summary>By their names, 10 comes before 2: whoever numbered the folders may have meant something else.</summary>
    private static IEnumerable<string> Renumbered(ImmutableArray<string> names)
    {
        for (var label = 0; label < names.Length; label++)
        {
            if (!int.TryParse(names[label], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == label) continue;
            yield return $"the folder '{names[label]}' is class {label}, not {number}: folders are numbered in the order of their names; " +
                $"rename them (01, 02, …, 10) or use {LabelsFile.FileName} if the model means it otherwise";
            yield break;
        }
    }
}
