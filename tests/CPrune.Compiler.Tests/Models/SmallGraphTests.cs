namespace CPrune.Compiler.Tests.Models;

public class SmallGraphTests
{
    public static TheoryData<string> Names => [.. SmallGraphs.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_compiled_graph_computes_what_the_reference_does(string name) => CompiledModel.AssertAgrees(SmallGraphs.All[name](), threads: 2);

    [Theory]
    [InlineData("convolution")]
    [InlineData("depthwise")]
    [InlineData("residual")]
    [InlineData("softmax")]
    public void And_on_an_older_machine(string name) => CompiledModel.AssertAgrees(SmallGraphs.All[name](), target: "x86-64-v2");
}
