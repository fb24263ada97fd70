using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Reads the files as the trainer would, or says something else.</summary>
public sealed class FakeReferee(Fuse fuse, FakeTrainer trainer) : IReferenceRuntime
{
    /// <summary>Top-1 that it says of a model on some images; null for the truth. The original is asked for first.</summary>
    public Func<ModelGraph, ImageSet, double?> Says { get; init; } = (_, _) => null;

    /// <summary>What it finds of the n-th library; null if that agrees.</summary>
    public Func<int, string?> Finds { get; init; } = _ => null;

    /// <summary>What was read, and how many trainings and evaluations there had been.</summary>
    public List<(ImageSet Images, int FileBytes, int Trainings, int Evaluations)> Readings { get; } = [];

    /// <summary>Libraries that were compared.</summary>
    public int Compared { get; private set; }

    public string Name => "referee";

    public double LatencySeconds(ReadOnlyMemory<byte> model, int threads, CancellationToken cancellation)
    {
        fuse.Burn();
        return 1e-3;
    }

    public Accuracy Evaluate(ReadOnlyMemory<byte> model, ImageSet images, Normalization normalization, CancellationToken cancellation)
    {
        fuse.Burn();
        Readings.Add((images, model.Length, trainer.Trainings.Count, trainer.Evaluations.Count));
        var graph = OnnxFile.FromBytes(model.ToArray(), "read");
        return FakeTrainer.Answer(images, Says(graph, images) ?? FakeTrainer.Own - trainer.LossOf(graph));
    }

    public string? Disagreement(ReadOnlyMemory<byte> model, string library, ImageSet images, Normalization normalization, CancellationToken cancellation)
    {
        fuse.Burn();
        return Finds(++Compared);
    }
}
