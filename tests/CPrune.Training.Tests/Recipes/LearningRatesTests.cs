using CPrune.Training.Recipes;

namespace CPrune.Training.Tests.Recipes;

public class LearningRatesTests
{
    [Fact]
    public void Constant_stays() =>
        Assert.All(Enumerable.Range(0, 50), step => Assert.Equal(0.1, LearningRates.At(LearningRateSchedule.Constant, 0.1, step, 50)));

    [Fact]
    public void Cosine_warms_up_over_a_twentieth_and_falls_to_nearly_zero()
    {
        var rates = Enumerable.Range(0, 100).Select(step => LearningRates.At(LearningRateSchedule.Cosine, 1, step, 100)).ToList();
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1], rates[..5].Select(r => Math.Round(r, 9)));
        Assert.Equal(1, rates[5], 1e-9);
        Assert.All(Enumerable.Range(6, 94), step => Assert.True(rates[step] < rates[step - 1]));
        Assert.Equal(0.5, LearningRates.At(LearningRateSchedule.Cosine, 1, 53, 101), 1e-9);
        Assert.InRange(rates[^1], 0, 0.001);
    }

    [Fact]
    public void A_run_of_one_step_uses_the_peak() => Assert.Equal(0.1, LearningRates.At(LearningRateSchedule.Cosine, 0.1, 0, 1));
}
