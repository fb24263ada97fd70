namespace CPrune.Compiler.Schedules;

/// <summary>Splits of axes while a schedule is made, and what their loops are called.</summary>
internal sealed class LoopNames
{
    private readonly List<(string Axis, List<int> Factors)> _splits = [];

    /// <summary>Splits an axis once more, inside its loops so far; the name of the new loop.</summary>
    public string Split(string axis, int factor)
    {
        var factors = Factors(axis);
        if (factors is null) _splits.Add((axis, factors = []));
        factors.Add(factor);
        return $"{axis}.{factors.Count}";
    }

    /// <summary>The name of an axis' outermost loop.</summary>
    public string Outer(string axis) => Factors(axis) is null ? axis : $"{axis}.0";

    /// <summary>Elements of an axis in one turn of its outermost loop.</summary>
    public int Tile(string axis) => (Factors(axis) ?? []).Aggregate(1, (n, f) => n * f);

    public IEnumerable<Primitive> Splits() => _splits.Select(s => new Primitive.Split(s.Axis, [.. s.Factors]));

    private List<int>? Factors(string axis) => _splits.Find(s => s.Axis == axis).Factors;
}
