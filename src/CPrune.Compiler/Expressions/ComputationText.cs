using System.Globalization;

namespace CPrune.Compiler.Expressions;

/// <summary>
/// The canonical text of a computation: axes by name, buffers by number, indices with their terms in the order of the axes, constants so
/// that they read back to the same bits.
/// </summary>
internal sealed class ComputationText(Computation computation)
{
    public string Write() => string.Join("; ",
        "axes " + string.Join(' ', computation.Axes.Select(a => $"{a.Name}:{a.Extent}{Letter(a.Kind)}")),
        "in " + string.Join(' ', computation.Inputs.Select((b, i) => $"#{i}{(b.Role == BufferRole.Weight ? "w" : "a")}{Shape(b)}")),
        $"out {Shape(computation.Output)} at [{Indices(computation.OutputIndices)}] lanes {computation.LaneAxis}",
        computation.Reducer.ToString().ToLowerInvariant() + " " + Text(computation.Term),
        "then " + Text(computation.Epilogue));

    private string Text(Expr expression) => expression switch
    {
        Expr.Read read =>
            $"#{computation.InputIndex(read.Buffer)}[{Indices(read.Indices)}]{(read.Fill == 0 ? "" : $"?{Number(read.Fill)}")}",
        Expr.Constant constant => Number(constant.Value),
        Expr.Accumulator => "acc",
        Expr.Unary unary => $"{unary.Op.ToString().ToLowerInvariant()}({Text(unary.Operand)})",
        Expr.Combination sum => $"sum({sum.Over},[{sum.Coefficients}]{sum.Row},{Text(sum.Term)})",
        Expr.Binary binary => $"{binary.Op.ToString().ToLowerInvariant()}({Text(binary.Left)},{Text(binary.Right)})",
        _ => throw new ArgumentException($"unknown expression {expression.GetType().Name}"),
    };

    private static char Letter(AxisKind kind) => kind switch
    {
        AxisKind.Spatial => 's',
        AxisKind.Reduction => 'r',
        AxisKind.Point => 'p',
        AxisKind.Inner => 'i',
        _ => throw new ArgumentException($"unknown kind of axis {kind}"),
    };

    private string Index(AffineIndex index)
    {
        var terms = computation.Axes.Select(a => (a.Name, Coefficient: index.Terms.Where(t => t.Axis == a.Name).Sum(t => t.Coefficient)));
        var present = terms.Where(t => t.Coefficient != 0).Select(t => new AffineTerm(t.Name, t.Coefficient));
        return new AffineIndex([.. present], index.Offset).ToString();
    }

    private string Indices(IEnumerable<AffineIndex> indices) => string.Join(',', indices.Select(Index));

    private static string Shape(BufferSpec buffer) => $"[{string.Join(',', buffer.Extents)}]{(buffer.Block == 0 ? "" : $"/{buffer.Block}")}";

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}
