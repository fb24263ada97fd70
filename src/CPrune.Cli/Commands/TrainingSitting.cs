using System.Globalization;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Training.Recipes;

namespace CPrune.Cli.Commands;

/// <summary>
/// What a long training keeps beside the file it is to write, so that the same command goes on after an interruption: now and then the weights, and how many
/// images they have seen.
/// </summary>
/// <param name="identity">What makes two commands the same training.</param>
internal sealed class TrainingSitting(string path, string identity, TimeProvider clock)
{
    private const string IdentityProperty = "cprune.training";
    private const string ImagesProperty = "cprune.training.images";
    private static readonly TimeSpan s_between = TimeSpan.FromMinutes(1);

    private readonly string _kept = $"{path}.part";
    private long _lastKept = clock.GetTimestamp();

    /// <summary>The network to go on with and the images it has seen: what was kept, where it is of the same training.</summary>
    public (ModelGraph Graph, long Images) Start(ModelGraph untrained)
    {
        if (!File.Exists(_kept)) return (untrained, 0);
        var kept = OnnxFile.Read(_kept);
        if (kept.Metadata.Properties.GetValueOrDefault(IdentityProperty) != identity)
        {
            throw new UserErrorException(
                UserErrorKind.Output, $"'{_kept}' is what another training has come to; repeat that command, remove the file, or choose another with -o");
        }

        return (kept with { Metadata = untrained.Metadata }, long.Parse(kept.Metadata.Properties[ImagesProperty], CultureInfo.InvariantCulture));
    }

    /// <summary>Writes the weights where the last time is long enough ago.</summary>
    public void Keep(TrainingProgress progress)
    {
        if (progress.Snapshot is not { } snapshot || clock.GetElapsedTime(_lastKept) < s_between) return;
        var graph = snapshot();
        var properties = graph.Metadata.Properties
            .SetItem(IdentityProperty, identity)
            .SetItem(ImagesProperty, progress.ImagesDone.ToString(CultureInfo.InvariantCulture));
        OnnxFile.Write(_kept, graph with { Metadata = graph.Metadata with { Properties = properties } });
        _lastKept = clock.GetTimestamp();
    }

    public void End() => File.Delete(_kept);
}
