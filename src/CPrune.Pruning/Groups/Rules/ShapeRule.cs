using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>
/// <c>Shape</c> follows a removal by itself. That is safe where the numbers only end up in a <c>Reshape</c>, which is checked there; used
/// in any other way they could change what is computed.
/// </summary>
internal sealed class ShapeRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (!EndsInReshapes(node.Output, walk)) return $"{node.Label} is used in a computation";
        walk.SetLayout(node.Output, new ChannelLayout.Opaque($"{node.Label} is used in a computation"));
        return null;
    }

    private static bool EndsInReshapes(string value, ChannelPropagation walk)
    {
        var pending = new Stack<string>([value]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (pending.TryPop(out var current))
        {
            if (!seen.Add(current)) continue;
            foreach (var reader in walk.Consumers[current])
            {
                if (reader.OpType == "Reshape" && reader.InputOrNull(0) != current) continue;
                if (reader.OpType is not ("Gather" or "Unsqueeze" or "Squeeze" or "Concat" or "Cast" or "Slice" or "Identity")) return false;
                foreach (var output in reader.Outputs) pending.Push(output);
            }
        }

        return true;
    }
}
