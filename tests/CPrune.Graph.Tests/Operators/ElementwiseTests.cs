using System.Collections.Immutable;
using CsCheck;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Operators;

/// <summary>Activations and arithmetic against ONNX Runtime, with random attributes and broadcasting.</summary>
public sealed class ElementwiseTests
{
    private static readonly ImmutableArray<int> Shape = [2, 3, 4, 5];

    private static readonly Gen<int> Seed = Gen.Int[0, 1 << 20];

    [Theory]
    [InlineData("Relu"), InlineData("Sigmoid"), InlineData("Tanh"), InlineData("Exp"), InlineData("Neg"), InlineData("Abs")]
    [InlineData("LeakyRelu"), InlineData("HardSigmoid"), InlineData("Identity"), InlineData("Elu"), InlineData("Celu"), InlineData("Selu")]
    [InlineData("Softplus"), InlineData("Softsign"), InlineData("Mish"), InlineData("Gelu"), InlineData("Erf"), InlineData("Reciprocal")]
    public void Unary(string opType) => Seed.Sample(
        seed => Referee.AssertAgrees(Model(opType, Shape, opset: 20), Scaled(Referee.Data(seed, Shape), 1 + (seed % 4))), iter: 8);

    [Fact]
    public void ExponentialUnitsReadTheirFactors() => Gen.Select(Seed, Gen.Float[0.2f, 2], Gen.Float[0.2f, 2]).Sample(
        (seed, alpha, gamma) =>
        {
            var x = Referee.Data(seed, Shape);
            Referee.AssertAgrees(Model("Elu", Shape, null, [("alpha", Float(alpha))]), x);
            Referee.AssertAgrees(Model("Celu", Shape, null, [("alpha", Float(alpha))]), x);
            Referee.AssertAgrees(Model("Selu", Shape, null, [("alpha", Float(alpha)), ("gamma", Float(gamma))]), x);
            Referee.AssertAgrees(Model("Gelu", Shape, null, [("approximate", Text("tanh"))], opset: 20), x);
        },
        iter: 10);

    [Theory, InlineData(2), InlineData(3), InlineData(0.5f), InlineData(-1), InlineData(1.7f)]
    public void PowersOfPositiveNumbers(float exponent) => Seed.Sample(
        seed => Referee.AssertAgrees(
            Model("Pow", Shape, [Scalar(exponent)]), Tensor.Of([.. Referee.Data(seed, Shape).Floats.ToArray().Select(v => Math.Abs(v) + 0.1f)], Shape)),
        iter: 5);

    [Fact]
    public void Log() => Seed.Sample(
        seed => Referee.AssertAgrees(
            Model("Log", Shape), Tensor.Of([.. Referee.Data(seed, Shape).Floats.ToArray().Select(v => Math.Abs(v) + 0.01f)], Shape)),
        iter: 5);

    private static Tensor Scaled(Tensor tensor, float factor) => Tensor.Of([.. tensor.Floats.ToArray().Select(v => factor * v)], tensor.Shape);

    [Fact]
    public void HardSwish() => Seed.Sample(
        seed =>
        {
            // Wide enough to meet both clamps at ±3.
            var x = Tensor.Of([.. Referee.Data(seed, Shape).Floats.ToArray().Select(v => v * 3)], Shape);
            Referee.AssertAgrees(Model("HardSwish", Shape, opset: 14), x);
        },
        iter: 5);

    [Fact]
    public void Sqrt() => Seed.Sample(
        seed => Referee.AssertAgrees(
            Model("Sqrt", Shape), Tensor.Of([.. Referee.Data(seed, Shape).Floats.ToArray().Select(Math.Abs)], Shape)),
        iter: 5);

    [Fact]
    public void Slopes_and_offsets_are_read() => Gen.Select(Seed, Gen.Float[0.01f, 0.9f], Gen.Float[0.01f, 0.9f]).Sample(
        (seed, alpha, beta) =>
        {
            var x = Referee.Data(seed, Shape);
            Referee.AssertAgrees(Model("LeakyRelu", Shape, null, [("alpha", Float(alpha))]), x);
            Referee.AssertAgrees(Model("HardSigmoid", Shape, null, [("alpha", Float(alpha)), ("beta", Float(beta))]), x);
        },
        iter: 10);

    [Fact]
    public void Clip_with_bounds_as_attributes_or_inputs() => Gen.Select(Seed, Gen.Bool, Gen.Bool, Gen.Float[-1, 0], Gen.Float[0, 1]).Sample(
        (seed, hasLow, hasHigh, low, high) =>
        {
            var x = Referee.Data(seed, Shape);
            List<(string, AttributeValue)> attributes = [];
            if (hasLow) attributes.Add(("min", Float(low)));
            if (hasHigh) attributes.Add(("max", Float(high)));
            Referee.AssertAgrees(Model("Clip", Shape, null, attributes, opset: 7), x);
            Referee.AssertAgrees(Model("Clip", Shape, [hasLow ? Scalar(low) : null, hasHigh ? Scalar(high) : null]), x);
        },
        iter: 20);

    [Fact]
    public void PRelu() => Gen.Select(Seed, Gen.OneOf(0, 1, 2)).Sample(
        (seed, kind) =>
        {
            ImmutableArray<int> slope = kind switch { 0 => [3, 1, 1], 1 => [1], _ => [4, 5] };
            Referee.AssertAgrees(Model("PRelu", Shape, [Referee.Data(seed + 1, slope)]), Referee.Data(seed, Shape));
        },
        iter: 15);

    [Theory, InlineData("Add"), InlineData("Sub"), InlineData("Mul"), InlineData("Div"), InlineData("Max"), InlineData("Min"), InlineData("Sum")]
    public void Binary_operators_broadcast_both_ways(string opType) => Gen.Select(Seed, Gen.Int[0, 31], Gen.Int[0, 31], Gen.Int[0, 4]).Sample(
        (seed, ones, otherOnes, rank) =>
        {
            ImmutableArray<int> left = [.. Shape.Select((extent, axis) => (ones >> axis & 1) != 0 ? 1 : extent)];
            ImmutableArray<int> right = [.. Shape.Select((extent, axis) => (otherOnes >> axis & 1) != 0 ? 1 : extent).Skip(4 - rank)];
            var divisor = Tensor.Of([.. Referee.Data(seed + 1, right).Floats.ToArray().Select(v => v + (v < 0 ? -0.5f : 0.5f))], right);
            Referee.AssertAgrees(Model(opType, left, [divisor]), Referee.Data(seed, left));
        },
        iter: 25);

    [Theory, InlineData("Max"), InlineData("Min")]
    public void Extremes_take_any_number_of_tensors(string opType)
    {
        var x = Referee.Data(1, Shape);
        Referee.AssertAgrees(Model(opType, Shape), x);
        Referee.AssertAgrees(Model(opType, Shape, [Referee.Data(2, Shape), Referee.Data(3, 5), Referee.Data(4, 3, 1, 1)]), x);
    }
}
