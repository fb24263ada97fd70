using System.Collections.Immutable;

namespace CPrune.Pruning.Staircases;

/// <summary>
/// Decides where a staircase is measured. It begins with the corners of all widths and the middles of the two sides where time is longest; an axis along which the
/// middle is not what the ends predict is cut there, down to neighbouring stairs (docs/how-it-works.md, "All widths at once": the structure predicts it, a few measurements confirm).
/// </summary>
/// <param name="inputs">Input channels worth measuring, ascending.</param>
/// <param name="outputs">Filters worth measuring, ascending.</param>
/// <param name="tolerance">Largest share of the measured time by which a prediction may miss it.</param>
/// <param name="leastSeconds">A time that is shorter may be missed by that share of this one: it hardly matters to the model.</param>
internal sealed class StaircaseSurvey(ImmutableArray<int> inputs, ImmutableArray<int> outputs, double tolerance, double leastSeconds = 0)
{
    /// <summary>A staircase that is still not plain after so many points is taken as it is.</summary>
    private const int MostPoints = 32;

    private readonly Dictionary<(int X, int Y), double> _seconds = [];
    private readonly List<Cell> _settled = [];
    private List<Cell> _open = [new(0, inputs.Length - 1, 0, outputs.Length - 1)];

    /// <summary>Indices of the widths that must be measured to go on; nothing when the staircase is settled.</summary>
    public IEnumerable<(int X, int Y)> Wanted => _open.SelectMany(c => c.Points).Distinct().Where(p => !_seconds.ContainsKey(p));

    public void Note((int X, int Y) point, double seconds) => _seconds[point] = seconds;

    /// <summary>Judges the rectangles whose points are all measured.</summary>
    public void Advance()
    {
        while (_open.Any(IsMeasured))
        {
            var next = _open.Where(c => !IsMeasured(c)).ToList();
            foreach (var cell in _open.Where(IsMeasured))
            {
                var (atX, atY) = (Missed(cell, cell.MiddleX)?.X, Missed(cell, cell.MiddleY)?.Y);
                if ((atX is null && atY is null) || _seconds.Count >= MostPoints) _settled.Add(cell);
                else next.AddRange(cell.SplitAt(atX, atY));
            }

            _open = next;
        }
    }

    public LayerStaircase Result() => new([.. _seconds.Keys.Order().Select(Point)], [.. _settled.Select(Corners)]);

    private bool IsMeasured(Cell cell) => cell.Points.All(_seconds.ContainsKey);

    /// <summary>The point, if there is one and the corners do not predict it.</summary>
    private (int X, int Y)? Missed(Cell cell, (int X, int Y)? point)
    {
        if (point is not { } at) return null;
        var measured = _seconds[at];
        return Math.Abs(Corners(cell).Predict(inputs[at.X], outputs[at.Y]) - measured) <= tolerance * Math.Max(measured, leastSeconds) ? null : at;
    }

    private StairCell Corners(Cell c) => new(Point((c.X0, c.Y0)), Point((c.X0, c.Y1)), Point((c.X1, c.Y0)), Point((c.X1, c.Y1)));

    private StairPoint Point((int X, int Y) p) => new(inputs[p.X], outputs[p.Y], _seconds[p]);

    /// <summary>A rectangle of indices, ends included.</summary>
    private readonly record struct Cell(int X0, int X1, int Y0, int Y1)
    {
        /// <summary>Between the ends of the first axis, at the far end of the second; null between neighbours.</summary>
        public (int X, int Y)? MiddleX => X1 - X0 > 1 ? ((X0 + X1) / 2, Y1) : null;

        public (int X, int Y)? MiddleY => Y1 - Y0 > 1 ? (X1, (Y0 + Y1) / 2) : null;

        public IEnumerable<(int X, int Y)> Points =>
            new (int, int)?[] { (X0, Y0), (X0, Y1), (X1, Y0), (X1, Y1), MiddleX, MiddleY }.OfType<(int, int)>().Distinct();

        /// <param name="atX">Where to cut the first axis; null for nowhere.</param>
        public IEnumerable<Cell> SplitAt(int? atX, int? atY)
        {
            foreach (var (x0, x1) in Parts(X0, X1, atX))
                foreach (var (y0, y1) in Parts(Y0, Y1, atY)) yield return new Cell(x0, x1, y0, y1);
        }

        private static (int, int)[] Parts(int low, int high, int? at) => at is { } middle ? [(low, middle), (middle, high)] : [(low, high)];
    }
}
