using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>An image file with its label, and the part it belongs to where the data says so.</summary>
internal readonly record struct ListedImage(string File, int Label, bool? IsTest);

/// <summary>Which image files there are, before any is decoded.</summary>
internal sealed record ImageListing(ImmutableArray<ListedImage> Images, ImmutableArray<string> ClassNames)
{
    /// <summary>Those of torchvision's <c>ImageFolder</c>, and GIF.</summary>
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"];

    /// <summary>As <see cref="DataParts.Notes"/>.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    public static bool IsImage(string file) => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>How data sets call their parts; null for any other word.</summary>
    public static bool? IsTestPart(string word) => word.ToLowerInvariant() switch
    {
        "train" or "training" => false,
        "test" or "val" or "valid" or "validation" => true,
        _ => null,
    };
}
