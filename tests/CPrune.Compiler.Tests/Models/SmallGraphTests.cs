namespace CPrune.Compiler.Tests.Models;

public class SmallGraphTests
{
    public static TheoryData<string> Names => [.. SmallGraphs.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_compiled_graph_computes_what_the_reference_does(string name) => CompiledModel.AssertAgrees(SmallGraphs.All[name](), threads: 2);

    [Theory]
    [InlineData("convolution", "x86-64-v2")]
    [InlineData("depthwise", "x86-64-v2")]
    [InlineData("residual", "x86-64-v2")]
    [InlineData("softmax", "x86-64-v2")]
    [InlineData("convolution", "x86-64-v4")]
    public void And_on_other_machines(string name, string target) => CompiledModel.AssertAgrees(SmallGraphs.All[name](), target);
}
