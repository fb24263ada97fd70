using CPrune.Graph.Tests;
using CPrune.Runtime;

namespace CPrune.Compiler.Tests.Models;

public class NativeModelTests
{
    [Fact]
    public void It_knows_its_shapes_and_kernels()
    {
        using var model = new CompiledModel(SmallGraphs.All["flatten to dense"]());

        Assert.Equal([1, 6, 7, 8], model.Native.InputShape);
        Assert.Equal([1, 9], model.Native.OutputShape);
        Assert.Equal(["conv0: conv 3x3/1 6→5 @7x8 +relu", "fc3: dense 280→9 +relu"], model.Native.Kernels);
    }

    [Fact]
    public void Zero_threads_means_what_the_library_was_made_for()
    {
        using var model = new CompiledModel(SmallGraphs.All["residual"](), threads: 2);
        using var again = NativeModel.Load(model.SharedObject);

        Assert.Equal(2, again.Threads);
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        using var model = new CompiledModel(SmallGraphs.All["softmax"]());

        Assert.StartsWith("the input has 3 numbers, the model takes [1,6,7,8], that is 336", Assert.Throws<ArgumentException>(() => model.Native.Run(new float[3], new float[10])).Message);
        Assert.StartsWith("the output has room for 9 numbers, the model gives [1,10], that is 10", Assert.Throws<ArgumentException>(() => model.Native.Run(new float[336], new float[9])).Message);
    }

    [Fact]
    public void A_missing_file_and_a_file_that_is_no_library_are_told_apart()
    {
        Assert.Equal("there is no file 'nothing.so'", Assert.Throws<FileNotFoundException>(() => NativeModel.Load("nothing.so")).Message);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "no library");
            Assert.Equal($"'{path}' cannot be loaded as a shared library: file too short", Assert.Throws<IOException>(() => NativeModel.Load(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Another_shared_library_is_refused()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native/libonnxruntime.so");
        if (!File.Exists(path)) Assert.Skip("needs ONNX Runtime's library beside the tests");

        Assert.Equal(
            $"'{path}' is a shared library, but not one that CPrune wrote: it has no function cprune_model_abi",
            Assert.Throws<IOException>(() => NativeModel.Load(path)).Message);
    }

    [Fact]
    public void A_disposed_model_is_refused()
    {
        using var model = new CompiledModel(SmallGraphs.All["nothing but a relu"]());
        model.Native.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Native.Run(new float[168], new float[168]));
    }

    [Fact]
    public void A_profile_has_a_time_for_every_kernel_and_the_same_result()
    {
        using var model = new CompiledModel(SmallGraphs.All["residual"](), threads: 2);
        var input = Referee.Data(1, [.. model.Native.InputShape]);
        var (output, seconds) = (new float[8 * 7 * 8], new double[model.Native.Kernels.Count]);

        model.Native.Profile(input.Floats, output, seconds);

        Assert.Equal(model.Run(input).Floats.ToArray(), output);
        Assert.All(seconds, s => Assert.InRange(s, 1e-9, 10));
    }

    /// <summary>More threads than cores, sleeping and waking workers, several models at once: every run gives the same numbers.</summary>
    [Fact]
    public void Threads_do_not_change_the_result()
    {
        var graph = SmallGraphs.Of(16, (b, x) =>
        {
            for (var i = 0; i < 4; i++) x = b.Relu(b.Conv(x, 48, CPrune.Graph.Building.Window.Same(3), bias: true));
            return x;
        });
        using var model = new CompiledModel(graph, threads: 2);
        var input = Referee.Data(1, [.. model.Native.InputShape]);
        var expected = model.Run(input).Floats.ToArray();

        Parallel.For(0, 4, threads =>
        {
            var output = new float[expected.Length];
            // A model for which threads do not pay soon does without them: new ones try again.
            for (var handle = 0; handle < 30; handle++)
            {
                using var own = NativeModel.Load(model.SharedObject, threads + 2);
                for (var i = 0; i < 10; i++)
                {
                    Array.Clear(output);
                    own.Run(input.Floats, output);
                    Assert.Equal(expected, output);
                    if (i == 5) Thread.Sleep(2);
                }
            }
        });
    }
}
