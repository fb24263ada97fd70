using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Training.Tests.Recipes;

public class BatchTests
{
    private static readonly ImageSet Numbered = new(2, 2, 3, Enumerable.Range(0, 60).Select(i => (byte)i).ToArray(), [0, 1, 2, 3, 4], ["a", "b", "c", "d", "e"]);

    private static readonly Normalization PerChannel = new([0.1f, 0.5f], [0.5f, 0.25f]);

    [Fact]
    public void Plain_images_are_normalised_and_channels_last()
    {
        var batch = new BatchWriter(Numbered, PerChannel).Plain([3]);
        var expected = new float[12];
        PerChannel.Apply(Numbered.Image(3), 2, expected);
        for (var c = 0; c < 2; c++)
            for (var i = 0; i < 6; i++) Assert.Equal(expected[(c * 6) + i], batch.Pixels[(i * 2) + c], 1e-6);
        Assert.Equal([3], batch.Labels);
    }

    [Fact]
    public void Augmented_images_are_shifts_and_mirrors_with_black_outside()
    {
        // One white pixel in the middle of 3 × 3 lands on each of the nine places of a shift by at most one.
        var set = new ImageSet(1, 3, 3, new byte[] { 0, 0, 0, 0, 255, 0, 0, 0, 0 }, [0], ["a"]);
        var writer = new BatchWriter(set, new Normalization([0], [1]));
        var random = new Random(3);
        var places = Enumerable.Range(0, 300).Select(_ => writer.Augmented([0], new Augmentation(1, Mirror: true), random).Pixels).ToList();
        Assert.All(places, p => Assert.Equal(1, p.Sum()));
        Assert.Equal(Enumerable.Range(0, 9), places.Select(p => Array.IndexOf(p, 1f)).Distinct().Order());
    }

    [Fact]
    public void Half_of_the_images_are_mirrored()
    {
        var set = new ImageSet(1, 1, 2, new byte[] { 255, 0 }, [0], ["a"]);
        var writer = new BatchWriter(set, new Normalization([0], [1]));
        var random = new Random(3);
        var mirrored = Enumerable.Range(0, 400).Count(_ => writer.Augmented([0], new Augmentation(0, Mirror: true), random).Pixels[1] == 1);
        Assert.InRange(mirrored, 150, 250);
        Assert.Equal([1f, 0f], writer.Augmented([0], new Augmentation(0, Mirror: false), random).Pixels);
    }

    [Fact]
    public void Training_sees_every_image_once_per_permutation_in_full_batches()
    {
        var batches = Training(seed: 7).ToList();
        Assert.All(batches, b => Assert.Equal(4, b.Labels.Length));
        var order = batches.SelectMany(b => b.Labels).ToList();
        for (var pass = 0; pass < 4; pass++) Assert.Equal([0, 1, 2, 3, 4], order.Skip(pass * 5).Take(5).Order());
        Assert.NotEqual(order[..5], order[5..10]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_batches()
    {
        Assert.Equal(Training(7).SelectMany(b => b.Pixels), Training(7).SelectMany(b => b.Pixels));
        Assert.NotEqual(Training(7).SelectMany(b => b.Labels), Training(8).SelectMany(b => b.Labels));
    }

    [Fact]
    public void In_order_gives_each_image_once_with_a_smaller_rest() => Assert.Equal(
        [[0, 1, 2], [3, 4]], BatchStream.InOrder(Numbered, PerChannel, 3, TestContext.Current.CancellationToken).Select(b => b.Labels));

    [Fact]
    public void An_error_while_preparing_reaches_the_reader()
    {
        var items = Prefetch.InBackground(Enumerable.Range(0, 5).Select(i => 12 / (3 - i)), TestContext.Current.CancellationToken);
        Assert.Throws<DivideByZeroException>(() => items.Sum());
    }

    [Fact]
    public void A_reader_that_stops_stops_the_preparation()
    {
        var made = 0;
        Assert.Equal([0, 1], Prefetch.InBackground(Endless(), TestContext.Current.CancellationToken).Take(2));
        Assert.InRange(made, 2, 10);

        IEnumerable<int> Endless()
        {
            while (true) yield return made++;
        }
    }

    private static IEnumerable<Batch> Training(int seed) =>
        BatchStream.Training(Numbered, PerChannel, new Augmentation(1, true), 4, 5, seed, TestContext.Current.CancellationToken);
}
