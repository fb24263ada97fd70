namespace CPrune.Pruning.Planning;

/// <summary>What a planner of all widths counts as the cost of a model.</summary>
public enum PlanCosts
{
    /// <summary>Time of programs that are measured for it (HALP, NeurIPS 2022): the default.</summary>
    MeasuredTime,

    /// <summary>Time foreseen by an estimator that has learned from tuning records (RB-CPrune, IEEE TMC 2025).</summary>
    PredictedTime,

    /// <summary>Multiply-accumulates: what a method without a compiler goes by. A control.</summary>
    Operations,

    /// <summary>Multiply-accumulates, and the same share of every group goes: no layer is looked at. A control.</summary>
    EvenCut,

    /// <summary>Nothing is cut: what the same training does by itself. A control.</summary>
    Nothing,
}

/// <summary>The names under which people ask for planners.</summary>
public static class PlanNames
{
    public static string Of(PlanCosts costs) => costs switch
    {
        PlanCosts.MeasuredTime => "knapsack",
        PlanCosts.PredictedTime => "predict",
        PlanCosts.Operations => "flops",
        PlanCosts.EvenCut => "uniform",
        PlanCosts.Nothing => "uncut",
        _ => throw new ArgumentOutOfRangeException(nameof(costs)),
    };
}
