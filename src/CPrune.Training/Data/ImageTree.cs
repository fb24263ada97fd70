using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>Image files in a folder or zip, labelled by <c>labels.csv</c> or by their class folders; without a split of their own a fifth is cut for the test.</summary>
internal static class ImageTree
{
    private const int TestShare = 5;

    /// <summary>What is the test set is a property of the data: no seed of a training or of a run makes test images of what another has trained on.</summary>
    private const int TestSeed = 0;

    public static LabelledSource Read(FileTree tree, DataOptions options, CancellationToken cancellation)
    {
        var root = Wrapper(tree);
        var listing = List(tree, root);
        var all = Decode(tree, listing, options, cancellation).ToChannels(options.Channels);
        var (train, test) = Parts(listing);
        if (train.Length == 0 || test.Length == 0)
            throw DataErrors.Of($"the data at '{tree.Spec}' is incomplete: it has {train.Length} training and {test.Length} test images; each part needs at least one.");
        var padding = Math.Max(1, Math.Min(all.Height, all.Width) / 8);
        return new(all.Take(train), all.Take(test), Normalization.ImageNet, new Augmentation(padding, Mirror: true)) { Notes = listing.Notes };
    }

    /// <summary>The test images, or all of them if the files are not split or lie in one part's folder.</summary>
    public static TestImages ReadHeldOut(FileTree tree, DataOptions options, CancellationToken cancellation)
    {
        var root = Wrapper(tree);
        var listing = List(tree, tree.Files.Contains(root + LabelsFile.FileName) ? root : root + LonePart(tree, root));
        ImmutableArray<ListedImage> test = [.. listing.Images.Where(i => i.IsTest == true)];
        var images = Decode(tree, test.IsEmpty ? listing : listing with { Images = test }, options, cancellation);
        return new TestImages(images.ToChannels(options.Channels), Normalization.ImageNet, listing.Notes);
    }

    private static ImageListing List(FileTree tree, string root) =>
        tree.Files.Contains(root + LabelsFile.FileName) ? LabelsFile.List(tree, root) : ClassFolders.List(tree, root);

    /// <summary>The one folder <c>val</c>, <c>test</c> or <c>train</c> of all images, with its slash; empty if there is none.</summary>
    private static string LonePart(FileTree tree, string root)
    {
        var parts = tree.Files.Where(f => f.StartsWith(root, StringComparison.Ordinal) && ImageListing.IsImage(f))
            .Select(f => f[root.Length..].Split('/')[0]).Distinct().Take(2).ToArray();
        return parts is [var part] && ImageListing.IsTestPart(part) is not null ? part + "/" : "";
    }

    private static (ImmutableArray<int> Train, ImmutableArray<int> Test) Parts(ImageListing listing)
    {
        if (listing.Images[0].IsTest is null)
            return StratifiedSplit.Cut([.. listing.Images.Select(i => i.Label)], listing.Images.Length / TestShare, TestSeed);
        var parts = Enumerable.Range(0, listing.Images.Length).ToLookup(i => listing.Images[i].IsTest == true);
        return ([.. parts[false]], [.. parts[true]]);
    }

    /// <summary>The one folder that an archive tool put around everything, with its slash; empty if there is none.</summary>
    private static string Wrapper(FileTree tree)
    {
        if (tree.Files.Count == 0 || tree.Files.Contains(LabelsFile.FileName)) return "";
        var top = tree.Files[0].Split('/')[0] + "/";
        var wraps = ImageListing.IsTestPart(top[..^1]) is null
            && tree.Files.All(f => f.StartsWith(top, StringComparison.Ordinal))
            && (tree.Files.Contains(top + LabelsFile.FileName) || tree.Files.Where(ImageListing.IsImage).All(f => f.Count(c => c == '/') >= 2));
        return wraps ? top : "";
    }

    private static ImageSet Decode(FileTree tree, ImageListing listing, DataOptions options, CancellationToken cancellation)
    {
        var first = listing.Images[0].File;
        var own = options is { Height: not null, Width: not null } ? default : Named(tree, first, ImageDecoder.SizeOf);
        var (width, height) = (options.Width ?? own.Width, options.Height ?? own.Height);
        var size = 3 * width * height;
        if ((long)size * listing.Images.Length > Array.MaxLength)
            throw DataErrors.Of($"{listing.Images.Length} images of {width}x{height} at '{tree.Spec}' do not fit into memory at once; use at most {Array.MaxLength / size}.");
        var pixels = new byte[size * listing.Images.Length];
        Parallels.For(listing.Images.Length, i => Named(tree, listing.Images[i].File, bytes =>
        {
            ImageDecoder.Decode(bytes, width, height, pixels.AsSpan(i * size, size));
            return true;
        }), cancellation);
        return new(3, height, width, pixels, [.. listing.Images.Select(i => i.Label)], listing.ClassNames);
    }

    /// <summary>Decodes one file; what goes wrong names it.</summary>
    private static T Named<T>(FileTree tree, string file, Func<byte[], T> decode)
    {
        try
        {
            return decode(tree.Read(file));
        }
        catch (InvalidDataException error)
        {
            throw DataErrors.Of($"the image '{file}' at '{tree.Spec}' cannot be read ({error.Message}); replace or remove it.", error);
        }
    }
}
