using CPrune.Graph.Onnx;
using CPrune.Graph.Tests;

namespace CPrune.Compiler.Tests.Models;

/// <summary>The networks that people have, compiled, against ONNX Runtime.</summary>
public class RealModelTests
{
    public static MatrixTheoryData<(string File, int Size), string, int> Cases => new(
        [
            ("cifar10_resnet20.onnx", 32), ("cifar10_resnet20b_chenyaofo.onnx", 32), ("cifar10_resnet56.onnx", 32),
            ("imagenet_mobilenetv1_0.25_224.onnx", 224), ("imagenet_squeezenet1.1.onnx", 224),
        ],
        ["host", "x86-64-v3"],
        [1, 2]);

    [Theory, MemberData(nameof(Cases))]
    public void A_compiled_model_agrees_with_ONNX_Runtime((string File, int Size) model, string target, int threads)
    {
        var path = SharedData.Path("models", model.File);
        using var compiled = new CompiledModel(OnnxFile.Read(path), target, threads);
        var image = Referee.Data(1, 1, 3, model.Size, model.Size);

        Assert.Equal(threads, compiled.Native.Threads);
        Referee.AssertClose(Referee.Run(File.ReadAllBytes(path), image)[0], compiled.Run(image), 1e-4);
    }
}
