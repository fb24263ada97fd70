namespace CPrune.Reporting.Tests;

public class FiguresTests
{
    [Theory]
    [InlineData(2.413e-3, "2.41 ms")]
    [InlineData(24.13e-3, "24.1 ms")]
    [InlineData(241.3e-3, "241 ms")]
    [InlineData(79.52e-6, "79.5 µs")]
    [InlineData(1.5, "1.50 s")]
    public void Times_have_three_digits(double seconds, string text) => Assert.Equal(text, Figures.Seconds(seconds));

    [Theory]
    [InlineData(853_018, "853.0 k")]
    [InlineData(125_500_000, "125.50 M")]
    [InlineData(999, "999")]
    public void Counts_can_be_short(double count, string text) => Assert.Equal(text, Figures.Short(count));

    [Theory]
    [InlineData(100, 62, "−38.0 %")]
    [InlineData(100, 105, "+5.0 %")]
    [InlineData(0, 5, "")]
    public void Changes_carry_their_sign(double before, double after, string text) => Assert.Equal(text, Figures.Change(before, after));

    [Fact]
    public void Accuracies_change_by_points() =>
        Assert.Equal("−1.33 points", HeadlineFigures.Rows(SampleRun.Of(1, 1, 1).Before with { TestTop1 = 0.9339 }, SampleRun.Of(1, 1, 1).Before with { TestTop1 = 0.9206 })[2].Change);
}
