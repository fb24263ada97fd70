using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>Answers of one model on the held-out images, as the referee reads its file: a bit an image, packed.</summary>
/// <param name="Unseen">On the images that nothing was decided on.</param>
/// <param name="Others">On the other images of the test set; empty if there are none.</param>
/// <param name="UnseenCount">Images that nothing was decided on.</param>
/// <param name="OthersCount">Other images of the test set.</param>
public sealed record HeldOutReading(byte[] Unseen, int UnseenCount, byte[] Others, int OthersCount)
{
    /// <summary>Top-1 on the images that nothing was decided on.</summary>
    public double UnseenTop1 => Top1(UnseenAnswers);

    /// <summary>Top-1 on the whole test set.</summary>
    public double TestTop1 => Top1(TestAnswers);

    internal IReadOnlyList<bool> UnseenAnswers => Answers.Unpack(Unseen, UnseenCount);

    internal IReadOnlyList<bool> TestAnswers => [.. UnseenAnswers, .. Answers.Unpack(Others, OthersCount)];

    /// <summary>This model's accuracy less that of another one on the same images.</summary>
    public PairedDifference UnseenChangeFrom(HeldOutReading other) => PairedDifference.Of(other.UnseenAnswers, UnseenAnswers);

    /// <inheritdoc cref="UnseenChangeFrom"/>
    public PairedDifference TestChangeFrom(HeldOutReading other) => PairedDifference.Of(other.TestAnswers, TestAnswers);

    /// <summary>Reads the held-out images with a model: the referee does, or the training library if there is no referee.</summary>
    /// <param name="file">The model's ONNX file.</param>
    internal static HeldOutReading Of(RunContext run, ReadOnlyMemory<byte> file, ModelGraph model, CancellationToken cancellation)
    {
        var data = run.Request.Data;
        var unseen = Evaluate(data.Unseen);
        // If the selection part was cut from the test set, both together are that set.
        var others = data.Unseen.Count == data.Test.Count ? null : Evaluate(data.Selection);
        return new HeldOutReading(
            Answers.Pack(unseen.Correct), unseen.Correct.Count, Answers.Pack(others?.Correct ?? []), others?.Correct.Count ?? 0);

        Accuracy Evaluate(Training.Data.ImageSet images) => run.Services.Reference is { } referee
            ? referee.Evaluate(file, images, data.Normalization, cancellation)
            : run.Services.Trainer.Evaluate(model, images, data.Normalization, cancellation);
    }

    private static double Top1(IReadOnlyList<bool> answers) => answers.Count == 0 ? 0 : (double)answers.Count(right => right) / answers.Count;
}
