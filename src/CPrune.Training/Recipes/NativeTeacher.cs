using System.Collections.Concurrent;
using CPrune.Runtime;
using CPrune.Training.Data;
using CPrune.Training.Modules;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Recipes;

/// <summary>
/// A compiled library computes the teacher: an instance for each of torch's threads, one image at a time. It runs on torch's own threads
/// between the student's
/// steps, so that nothing competes for the cores.
/// </summary>
internal sealed class NativeTeacher : ITeacherScores
{
    private readonly ConcurrentStack<Instance> _idle = new();
    private readonly int _pixels;
    private readonly int _channels;
    private readonly int _classes;
    private readonly bool _givesProbabilities;

    private NativeTeacher(Teacher teacher, NativeModel first)
    {
        _pixels = first.InputShape[2] * first.InputShape[3];
        _channels = first.InputShape[1];
        _classes = first.OutputShape.Aggregate(1, (n, e) => n * e);
        _givesProbabilities = ScoresBeforeSoftmax.FindSoftmax(teacher.Graph) is { OpType: "Softmax" };
        _idle.Push(new Instance(first));
        for (var i = 1; i < torch.get_num_threads(); i++) _idle.Push(new Instance(NativeModel.Load(teacher.Library!, threads: 1)));
    }

    /// <summary>Null where there is no library, or one for images of another shape.</summary>
    /// <exception cref="IOException">No such file, or not such a library.</exception>
    public static NativeTeacher? OpenOrNull(Teacher teacher, ImageSet images)
    {
        if (teacher.Library is not { } library) return null;
        var model = NativeModel.Load(library, threads: 1);
        if (model.InputShape.SequenceEqual([1, images.Channels, images.Height, images.Width])) return new(teacher, model);
        model.Dispose();
        return null;
    }

    public TorchTensor Of(Batch batch, TorchTensor input, LayerInputs? inputs)
    {
        if (inputs is not null) throw new NotSupportedException("a library gives scores only, not what its layers read");
        var scores = new float[batch.Labels.Length * _classes];
        TorchThreads.Run(batch.Labels.Length, image =>
        {
            // At most as many threads as instances come here at once.
            if (!_idle.TryPop(out var instance)) throw new InvalidOperationException("more threads than torch has ask the teacher");
            ByPlanes(batch.Pixels.AsSpan(image * _pixels * _channels, _pixels * _channels), instance.Input);
            instance.Model.Run(instance.Input, scores.AsSpan(image * _classes, _classes));
            _idle.Push(instance);
        });
        if (_givesProbabilities) ToScores(scores);
        return torch.tensor(scores, [batch.Labels.Length, _classes]);
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var instance)) instance.Model.Dispose();
    }

    /// <summary>From H × W × C, as batches are, to C × H × W, as libraries want it.</summary>
    private void ByPlanes(ReadOnlySpan<float> image, Span<float> planes)
    {
        for (var c = 0; c < _channels; c++)
        {
            var plane = planes.Slice(c * _pixels, _pixels);
            for (var i = 0; i < plane.Length; i++) plane[i] = image[(i * _channels) + c];
        }
    }

    /// <summary>
    /// Logarithms of probabilities are scores, but for a constant that no softmax sees. A probability too small for 32 bits counts as the
    /// smallest.
    /// </summary>
    private static void ToScores(Span<float> probabilities)
    {
        const float Smallest = 1.17549435e-38f;
        foreach (ref var value in probabilities) value = MathF.Log(MathF.Max(value, Smallest));
    }

    private sealed class Instance(NativeModel model)
    {
        public NativeModel Model => model;

        public float[] Input { get; } = new float[model.InputShape.Aggregate(1, (n, e) => n * e)];
    }
}
