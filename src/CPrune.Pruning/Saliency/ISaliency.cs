using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>How much each position of a group matters. The lowest go first.</summary>
public interface ISaliency
{
    string Name { get; }

    /// <summary>One score a position; <paramref name="graph"/> is the analysed model, possibly with other weights.</summary>
    IReadOnlyList<double> Scores(ModelGraph graph, ChannelGroup group);
}
