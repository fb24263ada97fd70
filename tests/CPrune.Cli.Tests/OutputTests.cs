using System.Text.Json.Nodes;
using CPrune.Cli.Commands.Pruning;
using CPrune.Cli.Output;
using CPrune.Pruning.Runs;
using Spectre.Console;

namespace CPrune.Cli.Tests;

public class OutputTests
{
    private static readonly CandidateRecord Candidate = new(
        7, "conv 3x3/1 64→64 @8x8 +relu", ["a", "b"], 16, 0.971, 0.965, 0.977, 2.1e-3, 0.9261, Verdict.TooInaccurate, "92.61 % is below 92.93 %.", 12, 6);

    [Fact]
    public async Task Plain_progress_is_whole_lines_and_seldom()
    {
        var writer = new StringWriter();
        var clock = new ManualClock();
        await new PlainOutput(writer, clock).WithProgressAsync("Tuning", progress =>
        {
            for (var i = 0; i < 30; i++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                progress.Report(new WorkProgress(i / 30.0, $"{i} of 30"));
            }

            return Task.FromResult(0);
        });
        Assert.Equal(["Tuning…", "  30%, 9 of 30", "  63%, 19 of 30", "  97%, 29 of 30"], Lines(writer));
    }

    /// <summary>Names come from files, and a terminal obeys what it is sent.</summary>
    [Fact]
    public void Control_characters_are_shown_as_numbers()
    {
        var writer = new StringWriter();
        new PlainOutput(writer, new ManualClock()).Line("a\u001b[31mred\u0007\u009b\u202e\tb");
        Assert.Equal(["a\\u001b[31mred\\u0007\\u009b\\u202e\tb"], Lines(writer));
    }

    [Fact]
    public async Task Json_progress_is_seldom_but_for_a_new_part_of_the_work()
    {
        var writer = new StringWriter();
        await new JsonOutput(writer, new ManualClock()).WithProgressAsync("Pruning", progress =>
        {
            foreach (var part in new[] { "tuning", "tuning", "training", "training" }) progress.Report(new WorkProgress(0.5, "at work", part));
            return Task.FromResult(0);
        });
        Assert.Equal(["Pruning", "tuning", "training"], Lines(writer).Select(l => (string?)JsonNode.Parse(l)!["work"]));
    }

    [Fact]
    public void Json_events_carry_their_name_first_and_camel_case_fields()
    {
        var writer = new StringWriter();
        var output = new JsonOutput(writer, new ManualClock());
        output.Line("for people");
        output.Event("candidate", new { Candidate, NotMeasured = double.NaN });
        var line = Assert.Single(Lines(writer));
        Assert.StartsWith("{\"event\":\"candidate\",\"candidate\":{\"number\":7,", line, StringComparison.Ordinal);
        Assert.Equal("tooInaccurate", (string?)JsonNode.Parse(line)!["candidate"]!["verdict"]);
    }

    [Fact]
    public void A_candidate_is_one_line_with_its_interval_and_reason() => Assert.Equal(
        "  7 less accurate −16 of conv 3x3/1 64→64 @8x8 +relu, time × 0.971 [0.965, 0.977], top-1 92.61 %; 92.61 % is below 92.93 %",
        CandidateLine.Of(Candidate));

    /// <summary>Square brackets of a model's names are markup to the terminal library.</summary>
    [Fact]
    public void Live_output_shows_brackets_as_they_are()
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 200;
        var output = new LiveOutput(console);
        output.Line("layer[0] [red]", Tone.Bad);
        output.Table(new TextTable([new("name [x]"), new("n", true)], [["[bold]", "1"]], "title [y]"));
        Assert.All(["layer[0] [red]", "name [x]", "[bold]", "title [y]"], text => Assert.Contains(text, writer.ToString(), StringComparison.Ordinal));
    }

    private static string[] Lines(StringWriter writer) => writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
