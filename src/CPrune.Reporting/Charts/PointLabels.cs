using System.Collections.Immutable;

namespace CPrune.Reporting.Charts;

/// <param name="X">Where the text begins, or ends for one on the left.</param>
/// <param name="Y">Of its base line.</param>
internal sealed record LabelPlace(double X, double Y, bool IsOnTheLeft);

/// <summary>Finds places for the labels of points that may lie close together: to the right above, else below, else on the left.</summary>
internal static class PointLabels
{
    private const double LetterWidth = 7.5, LineHeight = 14, Distance = 9, Above = -6, Below = 16;

    private static readonly (bool IsOnTheLeft, double Dy)[] s_sides = [(false, Above), (false, Below), (true, Above), (true, Below)];

    /// <returns>A place for each point; one that finds none free has the first.</returns>
    public static ImmutableArray<LabelPlace> Of(IReadOnlyList<(double X, double Y, string Text)> points, double right)
    {
        var taken = new List<(double From, double To, double Y)>();
        return [.. points.Select(Place)];

        LabelPlace Place((double X, double Y, string Text) point)
        {
            var width = LetterWidth * point.Text.Length;
            var places = s_sides.Select(s => new LabelPlace(point.X + (s.IsOnTheLeft ? -Distance : Distance), point.Y + s.Dy, s.IsOnTheLeft)).ToList();
            var place = places.Find(p => IsFree(Extent(p, width))) ?? places[0];
            taken.Add(Extent(place, width));
            return place;
        }

        bool IsFree((double From, double To, double Y) label) =>
            label.To <= right && taken.TrueForAll(t => t.To <= label.From || t.From >= label.To || Math.Abs(t.Y - label.Y) >= LineHeight);
    }

    private static (double From, double To, double Y) Extent(LabelPlace place, double width) =>
        place.IsOnTheLeft ? (place.X - width, place.X, place.Y) : (place.X, place.X + width, place.Y);
}
