using System.Text;
using System.Threading.Channels;
using CPrune.Compiler.Llvm;
using CPrune.Devices.Host;
using CPrune.Devices.Host.Protocol;
using CPrune.Graph;
using CPrune.Worker.Kernels;
using CPrune.Worker.Models;

namespace CPrune.Worker;

/// <summary>
/// Answers requests one after the other until stdin ends. Stdin is read by a thread of its own, so that the worker also ends
/// when its owner dies while a kernel runs or hangs.
/// </summary>
internal sealed class Serving : IDisposable
{
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Channel<(Request Header, byte[] Payload)> _requests = Channel.CreateUnbounded<(Request, byte[])>();
    private readonly KernelHarness _harness;
    private readonly ModelTimer _models;
    private readonly RateTimer _rates;

    public Serving(Stream input, Stream output, TimeProvider clock)
    {
        (_input, _output) = (input, output);
        // Most workers never time anything cold.
        var caches = new Lazy<CacheEviction>();
        _harness = new KernelHarness(clock, caches);
        _models = new ModelTimer(clock, caches);
        _rates = new RateTimer(clock);
    }

    public async Task<int> RunAsync()
    {
        new Thread(Read) { IsBackground = true, Name = "stdin" }.Start();
        await SendAsync(new Reply.Hello(Frame.Version), ReadOnlyMemory<byte>.Empty);
        await foreach (var (request, payload) in _requests.Reader.ReadAllAsync())
        {
            var (reply, bulk) = Answer(request, payload);
            await SendAsync(reply, bulk);
        }

        return 0;
    }

    public void Dispose() => _harness.Dispose();

    private void Read()
    {
        try
        {
            while (true)
            {
                var frame = Frame.ReadAsync(_input, ProtocolJson.Default.Request, CancellationToken.None).GetAwaiter().GetResult();
                _requests.Writer.TryWrite(frame);
            }
        }
        catch (EndOfStreamException)
        {
            Environment.Exit(0);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            Console.Error.WriteLine($"the worker cannot read its requests: {error.Message}");
            Environment.Exit(1);
        }
    }

    private (Reply Reply, ReadOnlyMemory<byte> Payload) Answer(Request request, byte[] payload)
    {
        try
        {
            return request switch
            {
                Request.Build build => (new Reply.Built(), ObjectCompiler.Compile(Encoding.UTF8.GetString(payload), build.Target)),
                Request.LoadTask task => (_harness.Load(task, payload), default),
                Request.MeasureKernel kernel => (_harness.Measure(kernel, payload), default),
                Request.CompareModels compare => (_models.Compare(compare), default),
                Request.MeasureModel model => (_models.Measure(model), default),
                Request.MeasureRate rate => (_rates.Measure(rate, payload), default),
                _ => (new Reply.Failed($"unknown request {request}"), default),
            };
        }
        catch (UserErrorException error)
        {
            return (new Reply.UserError(error.Kind, error.Message), default);
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or ArgumentException)
        {
            return (new Reply.Failed(error.Message), default);
        }
    }

    private Task SendAsync(Reply reply, ReadOnlyMemory<byte> payload) =>
        Frame.WriteAsync(_output, reply, ProtocolJson.Default.Reply, payload, CancellationToken.None);
}
