using CPrune.Compiler.Targets;
using CPrune.Graph;

namespace CPrune.Compiler.Tests.Llvm;

public class TargetCatalogTests
{
    [Fact]
    public void An_unknown_target_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<UserErrorException>(() => TargetCatalog.Find("z80", 1));
        Assert.Equal("unknown target 'z80': choose one of host, x86-64-v2, x86-64-v3, x86-64-v4, aarch64, cortex-a72, cortex-a76", error.Message);
        Assert.Equal(UserErrorKind.Target, error.Kind);
    }

    [Theory]
    [InlineData("x86-64-v2", 4, 16, false)]
    [InlineData("x86-64-v3", 8, 16, true)]
    [InlineData("x86-64-v4", 16, 32, true)]
    [InlineData("aarch64", 4, 32, true)]
    [InlineData("cortex-a76", 4, 32, true)]
    public void Levels_have_their_registers(string name, int lanes, int registers, bool fused)
    {
        var target = TargetCatalog.Find(name, 3);
        Assert.Equal((lanes, registers, fused, 3), (target.MaxLanes, target.VectorRegisters, target.HasFusedMultiplyAdd, target.Threads));
    }

    [Fact]
    public void The_host_is_keyed_by_what_it_is_and_not_by_its_name()
    {
        var host = TargetCatalog.Find("host", 2);
        Assert.Equal("host", host.Name);
        Assert.DoesNotContain("host", host.Key, StringComparison.Ordinal);
        Assert.EndsWith("/t2", host.Key, StringComparison.Ordinal);
    }
}
