using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Reporting.Benching;

namespace CPrune.Cli.Commands.Staircases;

/// <summary>A square convolution on a square image; one side's channels vary, the other's are fixed.</summary>
internal sealed record StaircaseLayer(StaircaseSide Side, int Kernel, int Size, int FixedChannels)
{
    /// <summary>The node that is looked at.</summary>
    public const string Convolution = "conv";

    public override string ToString()
    {
        var (inputs, outputs) = Side == StaircaseSide.Outputs ? ($"{FixedChannels}", "n") : ("n", $"{FixedChannels}");
        return $"{Kernel}x{Kernel} convolution, {inputs} → {outputs} channels, {Size}x{Size}";
    }

    /// <summary>
    /// The convolution between little else: its input comes from a small image and its output shrinks to a vector, so that no runtime spends its time on turning large
    /// values into its own layout.
    /// </summary>
    public ModelGraph Model(int channels)
    {
        var (inputs, outputs) = Side == StaircaseSide.Outputs ? (FixedChannels, channels) : (channels, FixedChannels);
        var b = new GraphBuilder($"staircase{channels}", channels);
        var x = b.Relu(b.Conv(b.Input(3, Size, Size), inputs, Window.Same(1), bias: true, name: "stem"));
        x = b.Relu(b.Conv(x, outputs, Window.Same(Kernel), bias: true, name: Convolution));
        return b.Build(b.Flatten(b.GlobalAveragePool(x)));
    }
}
