namespace CPrune.Compiler.Tests.Llvm;

/// <summary>
/// Any computation × any legal schedule × any instruction set computes what the interpreter computes. A failure prints its seed.
/// </summary>
public class RandomProgramTests
{
    [Theory]
    [InlineData("host", 0)]
    [InlineData("x86-64-v4", 100)]
    [InlineData("x86-64-v3", 200)]
    [InlineData("x86-64-v2", 300)]
    public void Random_programs_agree_with_the_interpreter(string name, int firstSeed)
    {
        var target = Runnable.Target(name);
        for (var seed = firstSeed; seed < firstSeed + RandomPrograms.Count; seed++) Check.Agrees(RandomPrograms.Draw(seed, target), target);
    }
}
