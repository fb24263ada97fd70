using System.Diagnostics;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Tests.Expressions;

public class ComputationTests
{
    [Fact]
    public void The_key_numbers_buffers_and_names_axes() => Assert.Equal(
        "axes oc:8s oh:4s ow:4s ic:3r kh:3r kw:3r; in #0a[4,4,3] #1w[8,3,3,3] #2w[8]; out [4,4,8] at [oh,ow,oc] lanes oc; "
        + "sum multiply(#0[oh+kh-1,ow+kw-1,ic],#1[oc,ic,kh,kw]); then max(add(acc,#2[oc]),0)",
        Samples.Conv(4, 4, 3, 8, new Window(3, PadBefore: 1, PadAfter: 1)).Key);

    [Fact]
    public void The_key_has_coefficients() => Assert.Contains(
        "axes c:8s oh:1s ow:1s y:2p x:2p y1:2i y2:2i x1:2i x2:2i; in #0a[1,4,8] #1w[2,8]; out [2,2,8] at [2*oh+y,2*ow+x,c] lanes c; "
        + "none sum(x1,[1 0/0.5 0]x,sum(x2,[-1 0.5/-2 1]x1,sum(y1,[1 0/0.5 0]y,sum(y2,[-1 0.5/-2 1]y1,#0[oh,ow+2*y2+x2,c])))); then",
        TileSamples.Out(2, 2, 8, 2, 8, residual: false).Key, StringComparison.Ordinal);

    [Fact]
    public void The_key_ignores_names_and_order_of_terms()
    {
        var a = new BufferSpec("a", BufferRole.Activation, [1, 1, 8]);
        var b = new BufferSpec("b", BufferRole.Activation, [1, 1, 8]);
        Expr Read(BufferSpec buffer, params AffineTerm[] last) => new Expr.Read(buffer, [AffineIndex.Of("oh"), AffineIndex.Of("ow"), new AffineIndex([.. last], 0)]);
        var first = Samples.Elementwise(1, 1, 4, [a], Read(a, new("c", 1), new("ow", 4)));
        var second = Samples.Elementwise(1, 1, 4, [b], Read(b, new("ow", 4), new("c", 1)));
        Assert.Equal(first.Key, second.Key);
    }

    [Fact]
    public void The_key_tells_fills_apart()
    {
        var window = new Window(2, 2);
        Assert.NotEqual(Samples.Pool(4, 4, 8, window, max: true).Key, Samples.Pool(4, 4, 8, window, max: false).Key);
        Assert.Contains("?-Infinity", Samples.Pool(4, 4, 8, window, max: true).Key, StringComparison.Ordinal);
    }

    [Fact]
    public void The_interpreter_computes_a_padded_convolution()
    {
        // One channel, a 3x3 window of ones on a 2x2 image: every output is the sum of the image.
        var conv = Samples.Conv(2, 2, 1, 1, new Window(3, PadBefore: 1, PadAfter: 1));
        var output = new float[4];
        ComputationInterpreter.Run(conv, [[1, 2, 3, 4], [.. Enumerable.Repeat(1f, 9)], [0.5f]], output);
        Assert.Equal([10.5f, 10.5f, 10.5f, 10.5f], output);
    }

    [Fact]
    public void The_interpreter_takes_a_maximum_over_existing_elements()
    {
        var pool = Samples.Pool(2, 2, 1, new Window(3, PadBefore: 1, PadAfter: 1), max: true);
        var output = new float[4];
        ComputationInterpreter.Run(pool, [[-1, -2, -3, -4]], output);
        Assert.Equal([-1, -1, -1, -1], output);
    }

    [Fact]
    public void The_interpreter_leaves_other_channels_alone()
    {
        var conv = Samples.Conv(1, 1, 1, 1, new Window(1), outputChannels: 3, outputOffset: 1);
        var output = new float[] { 7, 7, 7 };
        ComputationInterpreter.Run(conv, [[2], [3], [1]], output);
        Assert.Equal([7, 7, 7], output);
        output = [8, 0, 9];
        ComputationInterpreter.Run(conv, [[2], [3], [1]], output);
        Assert.Equal([8, 7, 9], output);
    }

    [Fact]
    public void The_interpreter_runs_a_large_convolution_in_reasonable_time()
    {
        var conv = Samples.Conv(28, 28, 64, 64, new Window(3, PadBefore: 1, PadAfter: 1));
        var inputs = conv.Inputs.Select(b => new float[b.Extents.Aggregate(1, (n, e) => n * e)]).ToArray();
        var watch = Stopwatch.StartNew();
        ComputationInterpreter.Run(conv, inputs, new float[28 * 28 * 64]);
        // 29 million multiplications; a tree walk per element would take tens of seconds. Generous, for busy machines.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }
}
