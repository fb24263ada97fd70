using CPrune.Cli.Composition;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Graph.Building;

namespace CPrune.Cli.Tests;

public class WorkshopTests
{
    /// <summary>Weights that would stay on the chip as they are, but not in the coefficients of Winograd's algorithm.</summary>
    [Fact]
    public void Weights_stay_on_the_chip_where_those_of_every_alternative_would()
    {
        var cache = 1L << 20;
        while (HostDevice.StateFor(cache * 2) == CacheState.Warm) cache *= 2;
        var channels = (int)Math.Sqrt(cache / 2 / (9 * sizeof(float)));
        var b = new GraphBuilder("wide", 1);
        var graph = b.Build(b.Conv(b.Input(channels, 16, 16), channels, Window.Same(3)));
        var target = TargetCatalog.Find("host", 1);

        Assert.Equal(CacheState.Warm, new Workshop().CachesFor(ModelAlternatives.Of(graph, [Algorithm.Direct], AllowedVariants.All, target)));
        Assert.Equal(CacheState.Streamed, new Workshop().CachesFor(ModelAlternatives.Of(graph, PlanAlternatives.AllAlgorithms, AllowedVariants.All, target)));
    }
}
