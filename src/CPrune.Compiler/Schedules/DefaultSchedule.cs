using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Schedules;

/// <summary>A decent schedule for any computation without measuring anything: what "untuned" means.</summary>
public static class DefaultSchedule
{
    public static Schedule For(Computation computation, Target target) => throw new NotImplementedException();
}
