using System.Collections.Immutable;
using CsCheck;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Operators;

/// <summary>Dense layers and normalisations against ONNX Runtime.</summary>
public sealed class DenseAndNormTests
{
    private static readonly Gen<int> Seed = Gen.Int[0, 1 << 20];

    [Fact]
    public void Gemm() => Gen.Select(Gen.Int[1, 5].Array[3], Gen.Bool, Gen.Bool, Gen.Int[0, 5], Gen.Float[-2, 2], Gen.Float[-2, 2], Seed).Sample(
        (extents, transA, transB, bias, alpha, beta, seed) =>
        {
            var (m, n, k) = (extents[0], extents[1], extents[2]);
            ImmutableArray<int> a = transA ? [k, m] : [m, k];
            ImmutableArray<int> b = transB ? [n, k] : [k, n];
            Tensor? c = bias switch
            {
                0 => null,
                1 => Referee.Data(seed + 2, n),
                2 => Referee.Data(seed + 2, m, n),
                3 => Referee.Data(seed + 2, m, 1),
                4 => Referee.Data(seed + 2, 1, n),
                _ => Referee.Data(seed + 2, []),
            };
            Referee.AssertAgrees(
                Model(
                    "Gemm", a, c is null ? [Referee.Data(seed + 1, b)] : [Referee.Data(seed + 1, b), c],
                    [("transA", Int(transA ? 1 : 0)), ("transB", Int(transB ? 1 : 0)), ("alpha", Float(alpha)), ("beta", Float(beta))]),
                Referee.Data(seed, a));
        },
        iter: 80);

    public static TheoryData<int[], int[]> MatMulShapes => new()
    {
        { [3, 4], [4, 5] }, { [2, 3, 4], [4, 5] }, { [3, 4], [2, 4, 5] }, { [2, 1, 3, 4], [5, 4, 2] }, { [4], [4, 5] }, { [3, 4], [4] },
        { [2, 3, 4], [4] }, { [4], [2, 4, 5] }, { [4], [4] },
    };

    [Theory, MemberData(nameof(MatMulShapes))]
    public void MatMul(int[] a, int[] b) =>
        Referee.AssertAgrees(Model("MatMul", [.. a], [Referee.Data(2, [.. b])]), Referee.Data(1, [.. a]));

    [Theory, InlineData(4, 9), InlineData(4, 13), InlineData(4, 15), InlineData(2, 13), InlineData(3, 13)]
    public void BatchNormalization(int rank, long opset) => Gen.Select(Seed, Gen.Float[1e-6f, 0.1f]).Sample(
        (seed, epsilon) =>
        {
            ImmutableArray<int> shape = [.. new[] { 2, 3, 4, 5 }.Take(rank)];
            var variance = Tensor.Of([.. Referee.Data(seed + 4, 3).Floats.ToArray().Select(v => Math.Abs(v) + 0.1f)], 3);
            Referee.AssertAgrees(
                Model(
                    "BatchNormalization", shape, [Referee.Data(seed + 1, 3), Referee.Data(seed + 2, 3), Referee.Data(seed + 3, 3), variance],
                    [("epsilon", Float(epsilon)), ("momentum", Float(0.9f))], opset),
                Referee.Data(seed, shape));
        },
        iter: 8);

    [Theory, InlineData("Softmax", 11), InlineData("Softmax", 13), InlineData("LogSoftmax", 11), InlineData("LogSoftmax", 13)]
    public void Softmaxes(string opType, long opset) => Gen.Select(Seed, Gen.Int[-3, 3]).Sample(
        (seed, axis) =>
        {
            // 3 stands for the default axis.
            IEnumerable<(string, AttributeValue)> attributes = axis == 3 ? [] : [("axis", Int(axis))];
            Referee.AssertAgrees(Model(opType, [2, 3, 4], null, attributes, opset), Referee.Data(seed, 2, 3, 4));
        },
        iter: 20);

    [Fact]
    public void Lrn() => Gen.Select(Seed, Gen.OneOf(1, 3, 5), Gen.Float[0.01f, 2], Gen.Float[0.3f, 1], Gen.Float[0.5f, 2]).Sample(
        (seed, size, alpha, beta, bias) => Referee.AssertAgrees(
            Model("LRN", [2, 6, 3, 3], null, [("size", Int(size)), ("alpha", Float(alpha)), ("beta", Float(beta)), ("bias", Float(bias))]),
            Referee.Data(seed, 2, 6, 3, 3)),
        iter: 15);
}
