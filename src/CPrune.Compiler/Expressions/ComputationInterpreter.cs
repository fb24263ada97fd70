using System.Collections.Immutable;

namespace CPrune.Compiler.Expressions;

/// <summary>
/// Runs a computation as plain nested loops over row-major buffers (weights logical, activations as they lie in memory): the reference every program is checked against. Sums are taken
/// in double precision.
/// </summary>
public sealed class ComputationInterpreter
{
    private readonly Computation _computation;
    private readonly ImmutableArray<Axis> _spatial, _reduction;
    private readonly Func<Point, float> _epilogue;
    private readonly Action<Point> _reduce;
    private readonly LinearIndex _output;

    private ComputationInterpreter(Computation computation)
    {
        _computation = computation;
        _spatial = [.. computation.Axes.Where(a => a.Kind is AxisKind.Spatial or AxisKind.Point)];
        // Windows outside, channels inside: the longest loop is then the one whose reads need no check.
        _reduction = [.. computation.Axes.Where(a => a.Kind == AxisKind.Reduction).OrderBy(a => a.Name == "ic" ? 1 : 0)];
        var compiler = new ExprClosures(computation, [.. _spatial, .. computation.Axes.Where(a => a.Kind == AxisKind.Inner), .. _reduction]);
        _epilogue = compiler.Compile(computation.Epilogue);
        _reduce = DotProduct.TryCompile(compiler, computation, _reduction) ?? General(compiler.Compile(computation.Term));
        _output = compiler.Linear(computation.OutputIndices, computation.Output);
    }

    /// <summary>Writes the computation's box of <paramref name="output"/>, on all cores; other elements stay as they are.</summary>
    /// <param name="inputs">One row-major array per input, of at least its extents' product.</param>
    public static void Run(Computation computation, IReadOnlyList<float[]> inputs, float[] output)
    {
        var interpreter = new ComputationInterpreter(computation);
        // Every point is computed alone, so the outermost axis can be shared out; there is one at least, the lanes'.
        Parallel.For(0, interpreter._spatial[0].Extent, () => new Point(computation.Axes.Length, [.. inputs]), (turn, _, point) =>
        {
            point.Axes[0] = turn;
            interpreter.Spatial(point, 1, output);
            return point;
        }, _ => { });
    }

    private void Spatial(Point point, int depth, float[] output)
    {
        if (depth < _spatial.Length)
        {
            for (var i = 0; i < _spatial[depth].Extent; i++)
            {
                point.Axes[depth] = i;
                Spatial(point, depth + 1, output);
            }
            return;
        }
        if (!_output.TryFlat(point.Axes, out var flat)) return;
        point.Accumulator = _computation.Reducer == Reducer.Max ? double.NegativeInfinity : 0;
        _reduce(point);
        output[flat] = _epilogue(point);
    }

    private Action<Point> General(Func<Point, float> term)
    {
        Action<Point> step = _computation.Reducer switch
        {
            Reducer.Max => p => p.Accumulator = Math.Max(p.Accumulator, term(p)),
            _ => p => p.Accumulator += term(p),
        };
        for (var r = _reduction.Length - 1; r >= 0; r--)
        {
            var (inner, extent, slot) = (step, _reduction[r].Extent, _computation.Axes.Length - _reduction.Length + r);
            step = p =>
            {
                for (var i = 0; i < extent; i++)
                {
                    p.Axes[slot] = i;
                    inner(p);
                }
            };
        }
        return step;
    }
}

/// <summary>Where the interpreter stands.</summary>
internal sealed class Point(int axes, float[][] inputs)
{
    public int[] Axes { get; } = new int[axes];

    public float[][] Inputs { get; } = inputs;

    public double Accumulator { get; set; }
}
