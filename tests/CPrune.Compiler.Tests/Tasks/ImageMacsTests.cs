using CPrune.Compiler.Expressions;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Expressions;
using CsCheck;

namespace CPrune.Compiler.Tests.Tasks;

public class ImageMacsTests
{
    /// <summary>The count is that of walking over all points of the convolution.</summary>
    [Fact]
    public void Only_what_touches_the_image_counts() =>
        (from window in from kernel in Gen.Int[1, 4]
                        from stride in Gen.Int[1, 3]
                        from dilation in Gen.Int[1, 2]
                        from before in Gen.Int[0, 3]
                        from after in Gen.Int[0, 3]
                        select new Window(kernel, stride, dilation, before, after)
         from height in Gen.Int[7, 12]
         from width in Gen.Int[7, 12]
         from groups in Gen.Int[1, 2]
         select (window, height, width, groups)).Sample(s =>
        {
            var (window, height, width, groups) = s;
            var computation = Samples.Conv(height, width, 2 * groups, 3 * groups, window, groups);
            var subgraph = Of(computation);
            Assert.Equal(6 * groups * Touched(window, height) * Touched(window, width), ImageMacs.Of(subgraph));
        }, iter: 200);

    [Fact]
    public void What_does_not_multiply_point_by_point_counts_as_it_is() =>
        Assert.Equal(12345, ImageMacs.Of(Of(Samples.Conv(8, 8, 4, 4, new Window(3, PadBefore: 1, PadAfter: 1))) with { Macs = 12345 }));

    private static Compiler.Subgraphs.Subgraph Of(Computation computation) =>
        new("a", ["a"], computation, [], "y", computation.Axes.Aggregate(1L, (n, a) => n * a.Extent)) { Description = "conv", Layer = "conv" };

    /// <summary>Pairs of an output row and a window row that lie on the image.</summary>
    private static long Touched(Window window, int extent) => Enumerable.Range(0, window.Output(extent))
        .Sum(o => Enumerable.Range(0, window.Kernel).Count(k => o * window.Stride + k * window.Dilation - window.PadBefore is var at && at >= 0 && at < extent));
}
