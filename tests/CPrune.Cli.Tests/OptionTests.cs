using CPrune.Cli.Options;

namespace CPrune.Cli.Tests;

public class OptionTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("30m", 1800)]
    [InlineData("2h", 7200)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5m", 90)]
    public void Durations_are_written_as_people_write_them(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5d")]
    [InlineData("99999999999h")]
    public void Other_texts_are_no_durations(string text) => Assert.Null(Durations.Parse(text));

    [Theory]
    [InlineData(3725, "1h02m")]
    [InlineData(247, "4m07s")]
    [InlineData(12.34, "12.3s")]
    public void Durations_are_told_shortly(double seconds, string text) => Assert.Equal(text, Durations.Text(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("0.92", 0.92)]
    [InlineData("92%", 0.92)]
    [InlineData("92", 0.92)]
    [InlineData("92.5%", 0.925)]
    [InlineData("1", 1.0)]
    [InlineData("0.5%", 0.005)]
    [InlineData("0", 0.0)]
    public void Accuracies_are_shares_or_per_cent(string text, double share) => Assert.Equal(share, Shares.Parse(text)!.Value, 12);

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("1e2")]
    [InlineData("0,92")]
    public void Other_texts_are_no_accuracies(string text) => Assert.Null(Shares.Parse(text));
}
