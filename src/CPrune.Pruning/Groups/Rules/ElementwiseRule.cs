using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>
/// Operators that treat every element alike, with any number of operands under numpy's broadcasting: channel i of the result comes from
/// channel i of each operand, so these are tied; a per-channel constant follows them.
/// </summary>
internal sealed class ElementwiseRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        var operands = new List<ChannelLayout.Known>();
        foreach (var input in node.Inputs)
        {
            switch (walk.LayoutOf(input))
            {
                case ChannelLayout.Opaque opaque: return opaque.Reason;
                case ChannelLayout.Known known: operands.Add(known); break;
                case null when input.Length > 0 && walk.Constants.RootOf(input) is null: return $"{node.Label} reads '{input}', which is unknown";
            }
        }

        if (operands.Count == 0) return $"{node.Label} has only constant inputs";
        var constants = node.Inputs.Where(i => walk.Constants.RootOf(i) is not null).ToList();
        var rank = Math.Max(operands.Max(o => o.Rank), constants.Max(c => (int?)walk.Constants.TensorOf(c)!.Shape.Length) ?? 0);
        var axis = operands[0].Axis + rank - operands[0].Rank;
        if (operands.Any(o => o.Axis + rank - o.Rank != axis)) return $"{node.Label} mixes channels with another axis";
        var channels = operands.MaxBy(o => o.Atoms.Length)!.Atoms;
        if (TieOperands(node, walk.Atoms, operands, channels) is { } reason) return reason;

        foreach (var constant in constants)
        {
            if (ExtentAt(walk.Constants.TensorOf(constant)!, axis, rank) > channels.Length) return $"{node.Label} repeats one channel";
            walk.UseBroadcastConstant(node, constant, rank, axis, channels);
        }

        foreach (var output in node.Outputs) walk.SetLayout(output, new ChannelLayout.Known(rank, axis, channels));
        return null;
    }

    private static string? TieOperands(Node node, ChannelAtoms atoms, List<ChannelLayout.Known> operands, ImmutableArray<int> channels)
    {
        foreach (var operand in operands)
        {
            if (operand.Atoms.Length == channels.Length) atoms.Tie(operand.Atoms, channels);
            else if (operand.Atoms.Length == 1) atoms.Freeze(operand.Atoms, $"{node.Label} repeats it for every channel");
            else return $"{node.Label} combines {operand.Atoms.Length} with {channels.Length} channels";
        }

        return null;
    }

    private static int ExtentAt(Tensor constant, int axis, int rank)
    {
        var own = axis - (rank - constant.Shape.Length);
        return own < 0 ? 1 : constant.Shape[own];
    }
}
