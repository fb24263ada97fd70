using CPrune.Pruning.Groups;
using CPrune.Training.Attribution;

namespace CPrune.Pruning.Saliency;

/// <summary>
/// What positions contribute through the weights that read them. A removed channel is one that nobody reads (<see cref="Surgery.ChannelMasker"/>), so these
/// weights are what a removal sets to zero, wherever batch norm, activations, gates, concatenations and further consumers stand in between.
/// </summary>
internal static class ReadContributions
{
    /// <summary>For every group and position, a function of the sum over the reading weights and of the number of images, averaged over batches.</summary>
    public static double[][] Mean(ChannelAnalysis analysis, IEnumerable<WeightContributions> batches, Func<double, int, double> ofSum)
    {
        var means = analysis.Groups.Select(g => new double[g.Channels]).ToArray();
        var count = 0;
        foreach (var batch in batches)
        {
            count++;
            foreach (var group in analysis.Groups)
            {
                var sums = Sums(batch, group);
                for (var p = 0; p < sums.Length; p++) means[group.Id][p] += (ofSum(sums[p], batch.Images) - means[group.Id][p]) / count;
            }
        }

        return means;
    }

    private static double[] Sums(WeightContributions batch, ChannelGroup group)
    {
        var sums = new double[group.Channels];
        // Layers that share a weight share its gradient, which has them all in it.
        foreach (var reader in group.Readers.DistinctBy(r => r.Weight))
            if (batch.ByWeight.TryGetValue(reader.Weight, out var contributions)) PositionSums.Add(contributions, reader, c => c, sums);
        return sums;
    }
}
