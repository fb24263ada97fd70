using TorchSharp;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Activations, softmax and dropout.</summary>
internal static class Activations
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } = new Dictionary<string, TorchOperator>
    {
        ["Relu"] = call => call.Input(0).relu(),
        ["LeakyRelu"] = call => functional.leaky_relu(call.Input(0), call.Node.Float("alpha", 0.01f)),
        ["PRelu"] = PRelu,
        ["Elu"] = call => functional.elu(call.Input(0), call.Node.Float("alpha", 1)),
        ["Sigmoid"] = call => call.Input(0).sigmoid(),
        ["Tanh"] = call => call.Input(0).tanh(),
        ["HardSigmoid"] = call => ((call.Input(0) * call.Node.Float("alpha", 0.2f)) + call.Node.Float("beta", 0.5f)).clamp(0, 1),
        ["HardSwish"] = call => call.Input(0).hardswish(),
        ["Clip"] = Clip,
        ["Softmax"] = call => functional.softmax(call.Input(0), Axis(call)),
        ["LogSoftmax"] = call => functional.log_softmax(call.Input(0), Axis(call)),
        ["Dropout"] = Dropout,
    };

    private static TorchTensor PRelu(NodeCall call)
    {
        var (input, slope) = (call.Input(0), call.Input(1));
        return input.relu() - (slope * (-input).relu());
    }

    private static TorchTensor Clip(NodeCall call)
    {
        var low = call.OptionalInput(1)?.ToSingle() ?? call.Node.Float("min", float.MinValue);
        var high = call.OptionalInput(2)?.ToSingle() ?? call.Node.Float("max", float.MaxValue);
        return call.Input(0).clamp(low, high);
    }

    /// <summary>The class axis; before operator set 13 the default was 1, which is the last one of scores.</summary>
    private static long Axis(NodeCall call) => call.Node.Int("axis", -1);

    private static TorchTensor Dropout(NodeCall call)
    {
        var ratio = call.OptionalInput(1)?.ToSingle() ?? call.Node.Float("ratio", 0.5f);
        return call.Pass.Dropout && ratio > 0 ? functional.dropout(call.Input(0), ratio) : call.Input(0).alias();
    }
}
