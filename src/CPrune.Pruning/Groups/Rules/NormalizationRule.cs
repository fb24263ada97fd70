using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>Batch and instance normalisation: channels pass, and every parameter vector follows them.</summary>
internal sealed class NormalizationRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        switch (walk.LayoutOf(node.InputOrNull(0)))
        {
            case ChannelLayout.Opaque opaque: return opaque.Reason;
            case ChannelLayout.Known { Axis: 1 } known:
                foreach (var parameter in node.Inputs.Skip(1))
                {
                    if (walk.Constants.TensorOf(parameter) is not { Shape.Length: 1 } tensor || tensor.Shape[0] != known.Atoms.Length)
                        return $"parameter '{parameter}' of {node.Label} is not a constant vector over the channels";
                    walk.UseConstant(parameter, $"{node.Label} reads '{parameter}'", (0, known.Atoms));
                }

                // Outputs beside the first are statistics of the training form; whoever reads them meets vectors, not channels on axis 1.
                walk.SetLayout(node.Output, known);
                foreach (var statistic in node.Outputs.Skip(1)) walk.SetLayout(statistic, new ChannelLayout.Known(1, 0, known.Atoms));
                return null;
            default: return $"{node.Label} does not find channels on axis 1";
        }
    }
}
