using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Llvm;
using CsCheck;

namespace CPrune.Compiler.Tests.Expressions;

public class InBlocksTests
{
    [Fact]
    public void Blocks_of_channels_hold_the_same_image()
    {
        var target = TargetCatalog.Find("x86-64-v4", 1);
        var blocked = 0;
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var random = new Random(seed);
            var plain = RandomComputations.Draw(random);
            var computation = InBlocks.Of(plain, random, target);
            if (ReferenceEquals(plain, computation)) return;
            Interlocked.Increment(ref blocked);
            var inputs = KernelRunner.RandomInputs(plain, seed);
            float[][] memory = [.. inputs.Zip(computation.Inputs, (image, buffer) => InBlocks.Memory(buffer, image))];
            Assert.Equal(InBlocks.Memory(computation.Output, Run(plain, inputs)), Run(computation, memory));
        }, iter: 300);
        Assert.True(blocked > 30, $"only {blocked} of the computations were on blocks");
    }

    private static float[] Run(Computation computation, float[][] inputs)
    {
        var output = new float[KernelRunner.Count(computation.Output)];
        ComputationInterpreter.Run(computation, inputs, output);
        return output;
    }
}
