using CPrune.Graph.Operators;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Activations, softmax and dropout.</summary>
internal static class Activations
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } = new Dictionary<string, TorchOperator>
    {
        ["Relu"] = call => call.InputIsRectified ? call.Input(0).alias() : call.Input(0).relu(),
        ["LeakyRelu"] = call => call.Input(0).leaky_relu(Scalars.Of(call.Node.Float("alpha", 0.01f))),
        ["PRelu"] = PRelu,
        ["Elu"] = call => call.Input(0).elu(Scalars.Of(call.Node.Float("alpha", 1)), Scalars.Of(1), Scalars.Of(1)),
        ["Celu"] = Celu,
        ["Selu"] = Selu,
        ["Softplus"] = call => Softplus(call.Input(0)),
        ["Softsign"] = call => call.Input(0) / call.Input(0).abs().Plus(1),
        ["Mish"] = call => call.Input(0) * Softplus(call.Input(0)).tanh(),
        ["Gelu"] = Gelu,
        ["Erf"] = call => call.Input(0).erf(),
        ["Sigmoid"] = call => call.Input(0).sigmoid(),
        ["Tanh"] = call => call.Input(0).tanh(),
        ["HardSigmoid"] = call => (call.Input(0) * Scalars.Of(call.Node.Float("alpha", 0.2f))).Plus(call.Node.Float("beta", 0.5f)).clamp(Scalars.Of(0), Scalars.Of(1)),
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

    /// <summary>max(x, 0) + ln(1 + e^−|x|), which does not overflow.</summary>
    private static TorchTensor Softplus(TorchTensor x) => x.relu().Plus((-x.abs()).exp().Plus(1).log());

    private static TorchTensor Celu(NodeCall call)
    {
        var (x, alpha) = (call.Input(0), call.Node.Float("alpha", 1));
        return x.relu() - ((-(x / Scalars.Of(alpha)).clamp(max: Scalars.Of(0)).exp()).Plus(1) * Scalars.Of(alpha));
    }

    /// <summary>By the node's own factors, which torch's has built in.</summary>
    private static TorchTensor Selu(NodeCall call)
    {
        var (alpha, gamma) = (SeluAttributes.Alpha(call.Node), SeluAttributes.Gamma(call.Node));
        return call.Input(0).elu(Scalars.Of(alpha), Scalars.Of(1), Scalars.Of(1)) * Scalars.Of(gamma);
    }

    private static TorchTensor Gelu(NodeCall call)
    {
        var x = call.Input(0);
        var inner = GeluAttributes.IsByTanh(call.Node)
            ? (x.Plus(x * x * x * Scalars.Of(GeluAttributes.Cubic)) * Scalars.Of(MathF.Sqrt(2 / MathF.PI))).tanh()
            : (x * Scalars.Of(MathF.Sqrt(0.5f))).erf();
        return x * inner.Plus(1) * Scalars.Of(0.5f);
    }

    private static TorchTensor Clip(NodeCall call)
    {
        var low = call.Number(1, "min", float.NegativeInfinity);
        var high = call.Number(2, "max", float.PositiveInfinity);
        return call.Input(0).clamp(Scalars.Of(Unbounded(low)), Scalars.Of(Unbounded(high)));
    }

    /// <summary>Exporters write the largest float where there is no bound; bfloat16 ends a little below it.</summary>
    private static float Unbounded(float bound) => float.Abs(bound) > MostBFloat16 ? float.CopySign(float.PositiveInfinity, bound) : bound;

    private const float MostBFloat16 = 3.3895314e38f;

    /// <summary>The class axis; before operator set 13 the default was 1, which is the last one of scores.</summary>
    private static long Axis(NodeCall call) => call.Node.Int("axis", -1);

    private static TorchTensor Dropout(NodeCall call)
    {
        var ratio = call.Number(1, "ratio", 0.5f);
        return call.Pass.Dropout && ratio > 0 ? functional.dropout(call.Input(0), ratio) : call.Input(0).alias();
    }
}
