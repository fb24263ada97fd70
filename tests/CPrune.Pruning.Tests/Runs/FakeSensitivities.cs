using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Every part is worth as much as the next.</summary>
/// <param name="blocks">Rise of the loss without a block, by its name.</param>
/// <param name="lossAfter">The loss of a model with a cut; nothing where that is not of interest.</param>
public sealed class FakeSensitivities(IReadOnlyDictionary<string, double>? blocks = null, Func<Cut, double>? lossAfter = null) : ISensitivities
{
    public double Without(ResidualBlock block) => blocks?[block.Name] ?? 0.01;

    public double LossAfter(Cut cut) => lossAfter?.Invoke(cut) ?? 0;

    public GroupWorth Of(ChannelGroup group) => new([new GroupLook(group.Channels / 2, 0.01)], [.. Enumerable.Range(0, group.Channels + 1).Select(k => (double)k / group.Channels)], group.Channels);
}
