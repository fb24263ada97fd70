using System.Xml.Linq;
using CPrune.Reporting.Benching;

namespace CPrune.Reporting.Tests;

public class StaircaseTests
{
    /// <summary>Vectors of four: 3 channels take as long as 4, 6 are even, 9 have nothing to be compared with.</summary>
    private static readonly Staircase Stairs = new(
        StaircaseSide.Outputs, "3x3 convolution, 8 → n channels, 4x4", 4, 1, "Peer 1",
        [
            new(3, 4e-6, 5e-6, 1.2, 2), new(4, 4e-6, 5e-6, 1.1, 8), new(6, 6.3e-6, 7e-6, 1.5, 2), new(8, 8e-6, 9e-6, 1, 8), new(9, 9e-6, 1e-5, 2, 2),
        ]);

    [Fact]
    public void Widths_are_compared_with_the_next_that_fills_whole_vectors() => Assert.Equal(
        [0.75, 1, 0.952, 1, null], Stairs.Points.Select(p => Stairs.Evenness(p) is { } even ? Math.Round(even, 3) : (double?)null));

    [Fact]
    public void The_headline_names_the_worst() => Assert.Equal(
        "3x3 convolution, 8 → n channels, 4x4: 3 of 4 widths run within 10 % of the speed per multiply-accumulate of the next multiple of 4; the least even is 3 with 75 %.",
        StaircaseDocument.Headline(Stairs));

    [Fact]
    public void A_staircase_without_a_full_width_says_so() => Assert.Equal(
        "3x3 convolution, 8 → n channels, 4x4: no multiple of 4 was measured, so nothing can be compared.",
        StaircaseDocument.Headline(Stairs with { Points = [Stairs.Points[0]] }));

    [Fact]
    public void The_document_has_a_section_a_side()
    {
        var text = StaircaseDocument.Of(
            [Stairs, Stairs with { Side = StaircaseSide.Inputs }], new Dictionary<string, string> { ["processor"] = "CPU" }, "0.25", DateTimeOffset.UnixEpoch, "bench/staircase", "abc");
        Assert.All(
            ["- Command: `bench/staircase`\n- Date: 1970-01-01\n- Machine: CPU; code for unknown\n- Commit: abc\n- Load average before: 0.25\n", "## Outputs\n", "## Inputs\n", "| 6 | 6.30 µs | 95 % | 7.00 µs | 10.5 µs | 1.50× | 2 |\n"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_picture_has_a_line_each_for_us_the_peer_and_the_evenness()
    {
        var svg = XDocument.Parse(StaircaseDocument.Figure([Stairs, Stairs])).Root!;
        var lines = svg.Descendants().Where(e => ((string?)e.Attribute("class"))?.StartsWith("line", StringComparison.Ordinal) == true).ToList();
        Assert.Equal(["line peer", "line first", "line first", "line peer", "line first", "line first"], lines.Select(l => (string)l.Attribute("class")!));
        Assert.Equal([5, 5, 4], lines.Take(3).Select(l => ((string)l.Attribute("d")!).Count(c => c is 'M' or 'L')));
    }
}
