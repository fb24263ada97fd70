using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Loops;

public class LoopNestTextTests
{
    [Fact]
    public void A_padded_convolution_with_a_tail_of_filters() => Same(
        Samples.Conv(8, 8, 20, 40, new Window(3, PadBefore: 1, PadAfter: 1)),
        "split oc 2 16; split ow 4; split ic 8; order oc.0 oh ow.0 kh kw ic.0 ic.1 ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1; unroll ic.1; parallel oc.0",
        """
        kernel f32x16(in0[8,8,20], in1[2,3,3,3,8,2,16], in2[2,2,16], out[8,8,40])
          parallel oc.0 in 0..2
            for oh in 0..8
              for ow.0 in 0..2
                if 32*oc.0+31 < 40
                  tile ow.1:4 oc.1:2
                    acc = 0
                    for kh in 0..3 where 0 <= oh+kh-1 < 8
                      for kw in 0..3
                        for ic.0 in 0..2
                          unrolled ic.1 in 0..8
                            acc += ((in0[oh+kh-1, 4*ow.0+ow.1+kw-1, 8*ic.0+ic.1] ? 0 <= 4*ow.0+ow.1+kw-1 < 8 : 0) * in1[oc.0, kh, kw, ic.0, ic.1, oc.1, oc.2])
                        for ic.0 in 2..3
                          unrolled ic.1 in 0..4
                            acc += ((in0[oh+kh-1, 4*ow.0+ow.1+kw-1, 8*ic.0+ic.1] ? 0 <= 4*ow.0+ow.1+kw-1 < 8 : 0) * in1[oc.0, kh, kw, ic.0, ic.1, oc.1, oc.2])
                    out[oh, 4*ow.0+ow.1, 32*oc.0+16*oc.1+oc.2] = max((acc + in2[oc.0, oc.1, oc.2]), 0)
                else
                  tile ow.1:4 oc.1:1
                    acc = 0
                    for kh in 0..3 where 0 <= oh+kh-1 < 8
                      for kw in 0..3
                        for ic.0 in 0..2
                          unrolled ic.1 in 0..8
                            acc += ((in0[oh+kh-1, 4*ow.0+ow.1+kw-1, 8*ic.0+ic.1] ? 0 <= 4*ow.0+ow.1+kw-1 < 8 : 0) * in1[oc.0, kh, kw, ic.0, ic.1, oc.1, oc.2])
                        for ic.0 in 2..3
                          unrolled ic.1 in 0..4
                            acc += ((in0[oh+kh-1, 4*ow.0+ow.1+kw-1, 8*ic.0+ic.1] ? 0 <= 4*ow.0+ow.1+kw-1 < 8 : 0) * in1[oc.0, kh, kw, ic.0, ic.1, oc.1, oc.2])
                    out[oh, 4*ow.0+ow.1, 16*oc.1+oc.2+32] ? lanes 0 <= 16*oc.1+oc.2+32 < 40 = max((acc + in2[oc.0, oc.1, oc.2]), 0)
        """);

    [Fact]
    public void Filters_behind_the_last_full_vector_that_pixels_share() => Same(
        Samples.Conv(4, 8, 6, 26, new Window(1)),
        "split oc 2 16; split ow 8; order oc.0 oh ow.0 kh kw ic ow.1 oc.1 oc.2; vectorize oc.2; registers ow.1 oc.1",
        """
        kernel f32x16(in0[4,8,6], in1[1,1,1,6,3,16], in2[1,3,16], out[4,8,26])
          for oc.0 in 0..1
            for oh in 0..4
              for ow.0 in 0..1
                tile ow.1:8 oc.1:2, last oc.1 shared 2x8 and 8x2
                  acc = 0
                  for kh in 0..1
                    for kw in 0..1
                      for ic in 0..6
                        acc += (in0[oh+kh, 8*ow.0+ow.1+kw, ic] * in1[oc.0, kh, kw, ic, oc.1, oc.2])
                  out[oh, 8*ow.0+ow.1, 16*oc.1+oc.2] ? lanes 0 <= 16*oc.1+oc.2 < 26 = max((acc + in2[oc.0, oc.1, oc.2]), 0)
        """);

    [Fact]
    public void Five_filters_over_channels_in_lanes() => Same(
        Samples.Conv(4, 4, 21, 5, new Window(1)),
        "split oc 3; split ow 4; split ic 16; order oc.0 oh ow.0 kh kw ic.0 ow.1 oc.1 ic.1; vectorize ic.1; registers ow.1 oc.1",
        """
        kernel f32x16(in0[4,4,21], in1[2,1,1,2,3,16], in2[2,3], out[4,4,5])
          for oc.0 in 0..2
            for oh in 0..4
              for ow.0 in 0..1
                if 3*oc.0+2 < 5
                  tile ow.1:4 oc.1:3
                    acc = 0
                    for kh in 0..1
                      for kw in 0..1
                        for ic.0 in 0..1
                          acc += (in0[oh+kh, 4*ow.0+ow.1+kw, 16*ic.0+ic.1] * in1[oc.0, kh, kw, ic.0, oc.1, ic.1])
                        for ic.0 in 1..2
                          acc += ((in0[oh+kh, 4*ow.0+ow.1+kw, 16*ic.0+ic.1] ? lanes 0 <= 16*ic.0+ic.1 < 21 : 0) * in1[oc.0, kh, kw, ic.0, oc.1, ic.1])
                    acc = sum of lanes, of 5 points and all oc.1 side by side
                    out[oh, 4*ow.0+ow.1, 3*oc.0+oc.1] = max((acc + in2[oc.0, oc.1]), 0)
                else
                  tile ow.1:4 oc.1:2
                    acc = 0
                    for kh in 0..1
                      for kw in 0..1
                        for ic.0 in 0..1
                          acc += (in0[oh+kh, 4*ow.0+ow.1+kw, 16*ic.0+ic.1] * in1[oc.0, kh, kw, ic.0, oc.1, ic.1])
                        for ic.0 in 1..2
                          acc += ((in0[oh+kh, 4*ow.0+ow.1+kw, 16*ic.0+ic.1] ? lanes 0 <= 16*ic.0+ic.1 < 21 : 0) * in1[oc.0, kh, kw, ic.0, oc.1, ic.1])
                    acc = sum of lanes, of 8 points and all oc.1 side by side
                    out[oh, 4*ow.0+ow.1, oc.1+3] = max((acc + in2[oc.0, oc.1]), 0)
        """);

    [Fact]
    public void Positions_of_a_window_that_share_the_last_channels() => Same(
        Samples.Conv(3, 6, 21, 2, new Window(3, PadBefore: 1, PadAfter: 1)),
        "split oc 2; split ow 3; split ic 16; order oc.0 oh ow.0 kh kw ic.0 ow.1 oc.1 ic.1; vectorize ic.1; registers ow.1 oc.1",
        """
        kernel f32x16(in0[3,6,21], in1[1,3,3,2,2,16], in2[1,2], out[3,6,2])
          for oc.0 in 0..1
            for oh in 0..3
              for ow.0 in 0..2
                tile ow.1:3 oc.1:2
                  acc = 0
                  for kh in 0..3 where 0 <= oh+kh-1 < 3
                    for kw in 0..3
                      for ic.0 in 0..1
                        acc += ((in0[oh+kh-1, 3*ow.0+ow.1+kw-1, 16*ic.0+ic.1] ? 0 <= 3*ow.0+ow.1+kw-1 < 6 : 0) * in1[oc.0, kh, kw, ic.0, oc.1, ic.1])
                  for kh in 0..3 where 0 <= oh+kh-1 < 3
                    for kw in 0..1
                      for ic.0 in 1..2
                        acc += ((in0[oh+kh-1, 3*ow.0+ow.1+kw-1, 16*ic.0+ic.1] ? 0 <= 3*ow.0+ow.1+kw-1 < 6 : 0) * in1[oc.0, kh, kw, ic.0, oc.1, ic.1]), lanes of kw 0 in 0..5, 1 in 5..10, 2 in 10..15
                  acc = sum of lanes, of 8 points and all oc.1 side by side
                  out[oh, 3*ow.0+ow.1, 2*oc.0+oc.1] = max((acc + in2[oc.0, oc.1]), 0)
        """);

    [Fact]
    public void A_pooling_whose_last_tile_of_columns_moves_back() => Same(
        Samples.Pool(7, 7, 16, new Window(3, Stride: 2, PadBefore: 1, PadAfter: 1), max: true),
        "split c 16; split ow 3; order oh c.0 ow.0 kh kw ow.1 c.1; vectorize c.1; registers ow.1; parallel oh",
        """
        kernel f32x16(in0[7,7,16], out[4,4,16])
          parallel oh in 0..4
            for c.0 in 0..1
              for ow.0 in 0..2
                let ow.base = min(3*ow.0, 1)
                tile ow.1:3
                  acc = -Infinity
                  for kh in 0..3 where 0 <= 2*oh+kh-1 < 7
                    for kw in 0..3
                      acc = max(acc, (in0[2*oh+kh-1, 2*ow.base+2*ow.1+kw-1, 16*c.0+c.1] ? 0 <= 2*ow.base+2*ow.1+kw-1 < 7 : -Infinity))
                  out[oh, ow.base+ow.1, 16*c.0+c.1] = acc
        """);

    [Fact]
    public void A_shortcut_that_pads_channels() => Same(
        Samples.Shortcut(8, 8, 16, 32, stride: 2, padBefore: 8),
        "split c 16; order oh ow c.0 c.1; vectorize c.1",
        """
        kernel f32x16(in0[8,8,16], in1[4,4,32], out[4,4,32])
          for oh in 0..4
            for ow in 0..4
              for c.0 in 0..2
                tile
                  out[oh, ow, 16*c.0+c.1] = max(((in0[2*oh, 2*ow, 16*c.0+c.1-8] ? lanes 0 <= 16*c.0+c.1-8 < 16 : 0) + in1[oh, ow, 16*c.0+c.1]), -2)
        """);

    [Fact]
    public void A_transform_whose_last_tile_overruns_the_image() => Same(
        TileSamples.Out(3, 4, 16, 2, 16, residual: false),
        "split c 16; order oh ow c.0 y x c.1; vectorize c.1; registers y x",
        """
        kernel f32x16(in0[2,8,16], in1[2,1,2,16], out[3,4,16])
          for oh in 0..2
            for ow in 0..2
              for c.0 in 0..1
                tile y:2 x:2
                  out[2*oh+y, 2*ow+x, 16*c.0+c.1] ? 0 <= 2*oh+y < 3 = (sum(x1, [1 0/0.5 0][x] * sum(x2, [-1 0.5/-2 1][x1] * sum(y1, [1 0/0.5 0][y] * sum(y2, [-1 0.5/-2 1][y1] * in0[oh, 4*y2+2*x2+ow, 16*c.0+c.1])))) + in1[oh, c.0, y, c.1])
        """);

    private static void Same(Computation computation, string schedule, string expected)
    {
        var result = KernelCompiler.Lower(computation, Schedule.Parse(schedule), TargetCatalog.Find("x86-64-v4", 1));
        Assert.Equal(expected.ReplaceLineEndings("\n"), Assert.IsType<KernelResult.Ok>(result).Kernel.LoopText.TrimEnd());
    }
}
