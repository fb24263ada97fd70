using System.Numerics;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>
/// The sum of a filter's distances to the other filters of its layer: the filters nearest to the geometric median go first, because the others can stand in for
/// them (He et al., "Filter Pruning via Geometric Median", CVPR 2019). Layers of a group are added up. Quadratic in a layer's filters.
/// </summary>
public sealed class FpgmSaliency : ISaliency
{
    public string Name => "fpgm";

    public IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group)
    {
        var scores = new double[group.Channels];
        foreach (var producer in group.Producers)
        {
            var distances = SumsOfDistances(Filters(context.WeightOf(producer), producer.Axis));
            foreach (var (index, position) in producer.Own) scores[position] += distances[index];
        }

        return scores;
    }

    private static double[] SumsOfDistances(float[][] filters)
    {
        var sums = new double[filters.Length];
        for (var i = 0; i < filters.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var distance = Math.Sqrt(SquaredDistance(filters[i], filters[j]));
                sums[i] += distance;
                sums[j] += distance;
            }
        }

        return sums;
    }

    private static double SquaredDistance(float[] one, float[] other)
    {
        var (squares, i) = (Vector<float>.Zero, 0);
        for (; i <= one.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var difference = new Vector<float>(one, i) - new Vector<float>(other, i);
            squares += difference * difference;
        }

        var sum = (double)Vector.Sum(squares);
        for (; i < one.Length; i++) sum += (one[i] - other[i]) * (one[i] - other[i]);
        return sum;
    }

    private static float[][] Filters(Tensor weight, int axis)
    {
        var data = weight.Floats;
        var extent = weight.Shape[axis];
        var inner = Shapes.Count(weight.Shape[(axis + 1)..]);
        var filters = Enumerable.Range(0, extent).Select(_ => new float[weight.Count / extent]).ToArray();
        for (var block = 0; block < data.Length / inner; block++)
            data.Slice(block * inner, inner).CopyTo(filters[block % extent].AsSpan(block / extent * inner));
        return filters;
    }
}
