using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>How much each position of a group matters. The lowest go first.</summary>
public interface ISaliency
{
    string Name { get; }

    /// <summary>
    /// Scores of different groups have one unit, so that they can be added up over a model; otherwise a group's scores only say something beside each other.
    /// </summary>
    bool ComparesGroups => false;

    /// <summary>Why this saliency cannot judge a model, as the end of a sentence; null where it can.</summary>
    string? Obstacle(ModelGraph graph) => null;

    /// <summary>One score a position, finite and not negative.</summary>
    IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group);
}
