using System.Diagnostics;
using CPrune.Graph.Building;

namespace CPrune.Compiler.Tests.Models;

/// <summary>Networks in which values fork and meet again, many times, or in which very many nodes stand in a row: compiled in seconds, and right.</summary>
public class LongChainTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(16)]
    [InlineData(60)]
    public void DiamondsDoNotMultiply(int diamonds) => Compiles((b, x) =>
    {
        for (var i = 0; i < diamonds; i++) x = b.Add(b.Unary("Tanh", x), b.Unary("Sigmoid", x));
        return x;
    });

    [Fact]
    public void AValueAddedToItselfDoesNot() => Compiles((b, x) =>
    {
        for (var i = 0; i < 20; i++) x = b.Add(x, x);
        return x;
    });

    [Fact]
    public void ThousandsOfNodesInARow() => Compiles((b, x) =>
    {
        for (var i = 0; i < 2500; i++) x = b.Unary("Abs", b.Unary("Neg", x));
        return x;
    });

    [Fact]
    public void LargeActivationsBehindEachOther() => Compiles((b, x) =>
    {
        for (var i = 0; i < 6; i++) x = b.Unary(i % 2 == 0 ? "Gelu" : "Mish", x);
        return x;
    });

    private static void Compiles(Func<GraphBuilder, string, string> chain)
    {
        var b = new GraphBuilder("chain", seed: 1);
        var x = chain(b, b.Conv(b.Input(3, 4, 4), 4, Window.Same(1)));
        var clock = Stopwatch.StartNew();
        CompiledModel.AssertAgrees(b.Build(b.Dense(b.Flatten(x), 3)));
        Assert.True(clock.Elapsed < s_soon, $"it took {clock.Elapsed}");
    }
}
