using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>
/// Images in class folders: <c>class/image.png</c>, or <c>train/class/image.png</c> beside <c>test</c> (or <c>val</c>; where both are there, <c>test</c>).
/// Classes are numbered in ordinal order of their names.
/// </summary>
internal static class ClassFolders
{
    /// <param name="root">The prefix of every path that counts, empty or ending in <c>/</c>.</param>
    public static ImageListing List(FileTree tree, string root)
    {
        var files = tree.Files.Where(f => f.StartsWith(root, StringComparison.Ordinal) && ImageListing.IsImage(f))
            .Select(f => (File: f, Parts: f[root.Length..].Split('/'))).ToArray();
        if (files.Length == 0)
        {
            throw DataErrors.Of(tree.Files.Count == 0
                ? $"'{tree.Spec}' is empty; labelled images are needed."
                : $"no data of a known kind is at '{tree.Spec}'; CIFAR-10/100 binary files, IDX files or class folders of PNG or JPEG images are.");
        }

        var parted = files.Any(f => ImageListing.IsTestPart(f.Parts[0]) == false);
        var depth = parted ? 2 : 1;
        if (files.FirstOrDefault(f => f.Parts.Length <= depth).File is { } stray)
            throw DataErrors.Of($"the image '{stray}' at '{tree.Spec}' is in no class folder; put it into the folder of its class.");
        if (!parted) return Label(tree, [.. files.Select(f => (f.File, f.Parts[0], (bool?)null))]);

        var testFolder = files.Select(f => f.Parts[0]).Where(p => ImageListing.IsTestPart(p) == true).Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw DataErrors.Of($"the data at '{tree.Spec}' is incomplete: beside 'train' a 'test' or 'val' folder is missing.");
        return Label(tree, [.. files.Where(f => f.Parts[0] == testFolder || ImageListing.IsTestPart(f.Parts[0]) == false)
            .Select(f => (f.File, f.Parts[1], ImageListing.IsTestPart(f.Parts[0])))]);
    }

    private static ImageListing Label(FileTree tree, ImmutableArray<(string File, string Class, bool? IsTest)> files)
    {
        ImmutableArray<string> names = [.. files.Where(f => f.IsTest != true).Select(f => f.Class).Distinct().Order(StringComparer.Ordinal)];
        var numbers = names.Select((name, index) => (name, index)).ToDictionary(p => p.name, p => p.index, StringComparer.Ordinal);
        return new([.. files.Select(f => new ListedImage(f.File, numbers.TryGetValue(f.Class, out var label) ? label : throw DataErrors.Of(
            $"the class folder '{f.Class}' at '{tree.Spec}' has test images but no training images; give it both."), f.IsTest))], names);
    }
}
