using CPrune.Graph;

namespace CPrune.Pruning.Groups;

internal static class NodeNames
{
    /// <summary>What a layer is called: its node's name, or its output where a file gives none.</summary>
    public static string LayerName(this Node node) => node.Name.Length > 0 ? node.Name : node.Output;
}
