using CPrune.Training.Native;
using CPrune.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;

namespace CPrune.Training.Tests.Recipes;

public class SgdTests
{
    /// <summary>19 elements: two vectors of eight and a rest.</summary>
    [Fact]
    public void Steps_follow_the_formula()
    {
        TorchRuntime.Ensure();
        using var scope = torch.NewDisposeScope();
        var start = Enumerable.Range(0, 19).Select(i => (i / 10f) - 1).ToArray();
        var weight = new Parameter(torch.tensor(start.ToArray()));
        var sgd = new Sgd([weight], momentum: 0.9, weightDecay: 0.01);
        var (expected, velocity) = (start.ToArray(), new float[19]);
        for (var step = 0; step < 3; step++)
        {
            (weight * weight).sum().backward(); // Gradient 2w.
            sgd.Step(0.05);
            Assert.Null(weight.grad);
            for (var i = 0; i < 19; i++)
            {
                velocity[i] = (0.9f * velocity[i]) + (2 * expected[i]) + (0.01f * expected[i]);
                expected[i] -= 0.05f * velocity[i];
            }
        }

        Assert.All(weight.data<float>().ToArray().Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-6));
    }
}
