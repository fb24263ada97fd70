using CPrune.Devices;
using CPrune.Devices.Host.Protocol;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CsCheck;

namespace CPrune.Tuning.Tests.Devices;

public class FrameTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public void Requests_and_payloads_come_back_as_they_were() =>
        Gen.Select(Gen.String, Gen.Int[1, 64], Gen.Byte.Array[0, 300], Gen.Double[1e-9, 1])
            .Sample((symbol, threads, payload, giveUp) =>
            {
                var layout = new PackedLayout([8, 4], [new PackedDimension(1, 4, 1), new PackedDimension(0, 8, 1)], new PackedTail([], 1, 0, [new LaneGroup(0, 3, 2)]));
                var sent = new Request.MeasureKernel(symbol, 7, threads, [null, layout], 1e-4, giveUp, TimingPlan.ColdKernel, 1 << 20, CacheState.Cold);
                using var stream = new MemoryStream();
                Frame.WriteAsync<Request>(stream, sent, ProtocolJson.Default.Request, payload, Never).GetAwaiter().GetResult();
                stream.Position = 0;
                var (header, bulk) = Frame.ReadAsync(stream, ProtocolJson.Default.Request, Never).GetAwaiter().GetResult();
                var received = Assert.IsType<Request.MeasureKernel>(header);
                Assert.Equal(payload, bulk);
                Assert.Equal(sent, received, Alike);
                Assert.Null(received.Packing[0]);
                Assert.Equal(layout, received.Packing[1]);
            }, iter: 100);

    [Fact]
    public async Task A_cut_off_frame_is_the_end_of_the_stream()
    {
        using var whole = new MemoryStream();
        await Frame.WriteAsync<Reply>(whole, new Reply.Hello(1), ProtocolJson.Default.Reply, new byte[10], Never);
        using var cut = new MemoryStream(whole.ToArray()[..^3]);
        await Assert.ThrowsAsync<EndOfStreamException>(() => Frame.ReadAsync(cut, ProtocolJson.Default.Reply, Never));
    }

    [Fact]
    public async Task Something_else_on_the_pipe_is_named()
    {
        using var stream = new MemoryStream("Unhandled exception. System."u8.ToArray());
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Frame.ReadAsync(stream, ProtocolJson.Default.Reply, Never));
        Assert.StartsWith("a frame announces a header of", error.Message, StringComparison.Ordinal);
    }

    private static bool Alike(Request.MeasureKernel a, Request.MeasureKernel b) =>
        (a.Symbol, a.ParallelExtent, a.Threads, a.Tolerance, a.GiveUpAbove, a.Plan) == (b.Symbol, b.ParallelExtent, b.Threads, b.Tolerance, b.GiveUpAbove, b.Plan);
}
