using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

public class TrainingClockTests
{
    [Fact]
    public void WithoutALimitTheImagesAreGiven()
    {
        var clock = new TrainingClock(null, 1000, 50);
        Assert.Equal((1000, null), (clock.ImagesLeft(1e6), clock.SecondsLeft(1e6)));
        clock.Note(300, 3);
        Assert.Equal((700, 300), (clock.ImagesLeft(1e6), clock.Seen));
        clock.Note(900, 9);
        Assert.Equal(0, clock.ImagesLeft(1e6));
    }

    /// <summary>200 s of 1000 are kept for the end.</summary>
    [Fact]
    public void WithALimitTheyAreWhatTheTimeThatIsLeftIsEnoughFor()
    {
        var clock = new TrainingClock(1000, null, 200);
        Assert.Equal(700, clock.SecondsLeft(100));
        Assert.Null(clock.ImagesLeft(100));
        clock.Note(500, 10);
        Assert.Equal(50, clock.ImagesPerSecond);
        Assert.Equal(35_000, clock.ImagesLeft(100));
        Assert.Equal(0, clock.ImagesLeft(900));
    }

    [Fact]
    public void WhereNoTimeIsLeftNoneAreHoweverFastItMightGo()
    {
        Assert.Equal(0, new TrainingClock(1000, null, 200).ImagesLeft(800));
        Assert.Equal(0, new TrainingClock(1000, 5000, 200).ImagesLeft(800));
        Assert.Equal(0, new TrainingClock(100, null, 200).SecondsLeft(0));
    }

    [Fact]
    public void TheSpeedIsTheOneThatWasMeasuredLast()
    {
        var clock = new TrainingClock(1000, null, 0);
        clock.Note(1000, 10);
        clock.Note(200, 10);
        Assert.Equal(20, clock.ImagesPerSecond);
        // What was not trained tells nothing of it.
        clock.Note(0, 10);
        clock.Note(5, 0);
        Assert.Equal((20, 1205), (clock.ImagesPerSecond, clock.Seen));
    }

    [Fact]
    public void OfTheImagesAskedForAndThoseThereIsTimeForTheFewerCount()
    {
        var clock = new TrainingClock(1000, 5000, 0);
        Assert.Equal(5000, clock.ImagesLeft(0));
        clock.Note(100, 1);
        Assert.Equal(4900, clock.ImagesLeft(0));
        Assert.Equal(100, clock.ImagesLeft(999));
    }
}
