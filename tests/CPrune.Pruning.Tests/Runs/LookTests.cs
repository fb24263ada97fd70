using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Training.Data;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Everything that is decided is decided on training images and the selection part; the held-out images are read for the promise alone.</summary>
public sealed class LookTests : IDisposable
{
    private readonly SmallRun _run = new();

    public static TheoryData<string, bool> Policies
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var policy in PolicyCatalog.Names.Where(n => n != "uncut"))
            {
                data.Add(policy, false);
                data.Add(policy, true);
            }

            return data;
        }
    }

    public void Dispose() => _run.Dispose();

    /// <param name="isValidated">The selection part is a set of the user's, not a part of the test set.</param>
    [Theory]
    [MemberData(nameof(Policies))]
    public async Task NothingIsDecidedOnHeldOutImages(string policy, bool isValidated)
    {
        var data = isValidated ? SmallRun.Validated : SmallRun.Split;
        var (trainer, attribution) = (SmallRun.Trainer(new Fuse()), new FakeAttribution());
        var referee = new FakeReferee(new Fuse(), trainer);
        var record = await _run.ExecuteAsync(
            new Fuse(), trainer, reference: referee, policy: policy, data: data, saliency: new TaylorSaliency(), attribution: attribution);
        Assert.NotEmpty(record.Candidates);

        // With a referee the training library sees no held-out image at all.
        Assert.All(trainer.Trainings, t => Assert.Same(data.Train, t.Images));
        Assert.All(trainer.Evaluations, e => Assert.True(IsOfSelection(e.Images, data), $"{e.Images.Count} images"));
        Assert.All(attribution.Samples, s => Assert.Same(data.Selection, s.Images));

        // The referee reads the original before, and finalists when all is decided; the selection part only as the rest of the test set.
        var (before, after) = (referee.Readings.Where(r => r.Trainings == 0).ToList(), referee.Readings.Where(r => r.Trainings > 0).ToList());
        Assert.All(after, r => Assert.Equal((trainer.Trainings.Count, trainer.Evaluations.Count), (r.Trainings, r.Evaluations)));
        ImageSet[] perModel = isValidated ? [data.Unseen] : [data.Unseen, data.Selection];
        Assert.Equal(perModel, before.Select(r => r.Images));
        Assert.NotEmpty(after);
        Assert.All(after.Chunk(perModel.Length), readings => Assert.Equal(perModel, readings.Select(r => r.Images)));
    }

    /// <summary>Without a referee the training library stands in, at the same moments.</summary>
    [Theory]
    [InlineData("knapsack")]
    [InlineData("netadapt")]
    public async Task WithoutARefereeTheUnseenImagesAreReadForTheOriginalAndTheFinalists(string policy)
    {
        var trainer = SmallRun.Trainer(new Fuse());
        await _run.ExecuteAsync(new Fuse(), trainer, policy: policy);
        var read = trainer.Evaluations.Select((e, i) => (e.Images, Position: i)).Where(e => e.Images == SmallRun.Split.Unseen).Select(e => e.Position).ToList();
        Assert.Equal(0, read[0]);
        // Each finalist: unseen images and the others of the test set, and nothing between them and the end but other finalists.
        Assert.Equal(Enumerable.Range(1, read.Count - 1).Select(i => trainer.Evaluations.Count - (2 * (read.Count - i))), read.Skip(1));
        Assert.DoesNotContain(trainer.Evaluations, e => e.Images == SmallRun.Split.Test);
    }

    /// <summary>The selection part, or images of it at even distances.</summary>
    private static bool IsOfSelection(ImageSet images, DataSplits data) => images == data.Selection || images.Count < data.Selection.Count;
}
