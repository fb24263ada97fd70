using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;

namespace CPrune.Compiler.Tests.Models;

/// <summary>Default schedules whose outermost loop threads share even where that does not pay: small models then have something to go wrong with.</summary>
internal static class SharedSchedules
{
    /// <summary>The first image on all threads: a model learns from those before it how long one takes alone.</summary>
    public const int FirstImage = 3;

    public static IReadOnlyDictionary<string, Schedule> Of(ModelPlan plan, Target target) => plan.Tasks.ToDictionary(t => t.Key, t => Of(t, target));

    private static Schedule Of(TuningTask task, Target target)
    {
        var schedule = DefaultSchedule.For(task.Computation, target);
        if (schedule.Primitives.Any(p => p is Primitive.Parallel)) return schedule;
        var order = schedule.Primitives.OfType<Primitive.Reorder>().Single();
        var shared = new Schedule([.. schedule.Primitives, new Primitive.Parallel(order.Loops[0])]);
        return ScheduledNest.Apply(task.Computation, shared, target) is ScheduleResult.Ok ? shared : schedule;
    }
}
