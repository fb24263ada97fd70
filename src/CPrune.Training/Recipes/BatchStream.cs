using CPrune.Training.Data;

namespace CPrune.Training.Recipes;

/// <summary>
/// The order in which training sees images: one seeded permutation after another, cut into batches that are all full (batch norm's statistics are poor on a small rest); a
/// batch may reach into the next permutation.
/// </summary>
internal static class BatchStream
{
    /// <param name="batches">In all.</param>
    /// <param name="skipped">The first of them, which are not given.</param>
    public static IEnumerable<Batch> Training(
        ImageSet images, Normalization normalization, Augmentation augmentation, int batchSize, long batches, int seed, CancellationToken cancellation, long skipped = 0) =>
        Prefetch.InBackground(Augmented(images, normalization, augmentation, batchSize, batches, seed).Where((_, i) => i >= skipped), cancellation);

    /// <summary>Every image once, in order and as it is; the last batch may be smaller.</summary>
    public static IEnumerable<Batch> InOrder(ImageSet images, Normalization normalization, int batchSize, CancellationToken cancellation) =>
        Prefetch.InBackground(Plain(images, normalization, Enumerable.Range(0, images.Count), batchSize), cancellation);

    /// <summary>A seeded choice of images, as they are, in full batches.</summary>
    public static IEnumerable<Batch> Sample(
        ImageSet images, Normalization normalization, int batchSize, int batches, int seed, CancellationToken cancellation) =>
        Prefetch.InBackground(Plain(images, normalization, Positions(images.Count, seed).Take(batches * batchSize), batchSize), cancellation);

    private static IEnumerable<Batch> Augmented(
        ImageSet images, Normalization normalization, Augmentation augmentation, int batchSize, long batches, int seed)
    {
        var writer = new BatchWriter(images, normalization);
        var random = new Random(unchecked(seed * 31) + 1); // A stream of its own: the order stays the same under another augmentation.
        foreach (var indices in Positions(images.Count, seed).Chunk(batchSize))
        {
            if (batches-- == 0) yield break;
            yield return writer.Augmented(indices, augmentation, random);
        }
    }

    private static IEnumerable<Batch> Plain(ImageSet images, Normalization normalization, IEnumerable<int> positions, int batchSize)
    {
        var writer = new BatchWriter(images, normalization);
        return positions.Chunk(batchSize).Select(indices => writer.Plain(indices));
    }

    private static IEnumerable<int> Positions(int count, int seed)
    {
        var random = new Random(seed);
        var order = Enumerable.Range(0, count).ToArray();
        while (true)
        {
            random.Shuffle(order);
            foreach (var position in order) yield return position;
        }
    }
}
