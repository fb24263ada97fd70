namespace CPrune.Training.Recipes;

/// <summary>The learning rate over a run.</summary>
internal static class LearningRates
{
    private const double WarmUpShare = 0.05;

    /// <summary>The rate at a step of a part of a training.</summary>
    /// <param name="step">From 0, within the part.</param>
    /// <param name="steps">Of the part.</param>
    /// <param name="part">Shares of the whole training before the part and up to its end.</param>
    public static double At(LearningRateSchedule schedule, double peak, long step, long steps, (double From, double To) part)
    {
        var all = steps / (part.To - part.From);
        return At(schedule, peak, (long)((part.From * all) + step), (long)Math.Ceiling(all));
    }

    /// <param name="step">From 0.</param>
    /// <param name="steps">Of the whole run.</param>
    public static double At(LearningRateSchedule schedule, double peak, long step, long steps)
    {
        if (schedule == LearningRateSchedule.Constant) return peak;
        var warmUp = Math.Max(1, (long)(steps * WarmUpShare));
        if (step < warmUp) return peak * (step + 1) / warmUp;
        return peak * 0.5 * (1 + Math.Cos(Math.PI * (step - warmUp) / Math.Max(1, steps - warmUp)));
    }
}
