using System.Collections.Immutable;
using System.Globalization;
using CPrune.Pruning.Staircases;
using Google.OrTools.Sat;

namespace CPrune.Pruning.Knapsack;

/// <summary>
/// The problem for CP-SAT. A group is a choice of one literal a level; so is the length of an axis on which several groups lie. A layer between two choices has a
/// literal for each pair of options, whose sums over rows and columns are the options' own literals: that is linear, and its relaxation is as tight as it gets for
/// one pair. Times and losses are integers. Times are rounded down, so that whatever meets a target counts; what counts misses it by less than a millionth.
/// </summary>
internal sealed class KnapsackModel
{
    /// <summary>Units of the present model's time, and of the largest loss: far below what can be measured, far above what overflows.</summary>
    private const double Resolution = 1e8;

    private readonly KnapsackProblem _problem;
    private readonly CpModel _model = new();
    private readonly Dictionary<int, GroupChoice> _groups = [];
    private readonly Dictionary<string, AxisChoice> _sums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BoolVar> _gone = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(int, int), (Choice A, Choice B, long[,] Cost)> _tables = [];
    private readonly Choice _always;
    private readonly double _secondsUnit;
    private int _choices;

    public KnapsackModel(KnapsackProblem problem)
    {
        _problem = problem;
        _secondsUnit = Math.Max(problem.Table.CurrentSeconds, double.Epsilon) / Resolution;
        _always = NewChoice([_model.NewBoolVar("always")]);
        foreach (var block in problem.Blocks) _gone.Add(block.Name, _model.NewBoolVar($"without {block.Name}"));
        foreach (var ladder in problem.Table.Ladders) _groups.Add(ladder.Group, ChoiceOf(ladder));
        foreach (var layer in problem.Table.Layers) AddToTables(layer);
        Latency = LatencyTerms();
    }

    /// <summary>Literals and what each adds to the time, in units.</summary>
    private List<(BoolVar Literal, long Units)> Latency { get; }

    /// <summary>Asks for the least loss within a time.</summary>
    public void MinimiseLoss(double targetSeconds)
    {
        var budget = Math.Ceiling((targetSeconds - _problem.Table.FixedSeconds) / _secondsUnit);
        _model.Add(Sum(Latency) <= (long)Math.Clamp(budget, long.MinValue / 4, long.MaxValue / 4));
        var losses = Losses();
        var unit = Math.Max(losses.Select(l => Math.Abs(l.Loss)).DefaultIfEmpty().Max(), double.Epsilon) / Resolution;
        _model.Minimize(Sum(losses.Select(l => (l.Literal, (long)Math.Round(l.Loss / unit)))));
    }

    /// <summary>Asks for the least time at any loss.</summary>
    public void MinimiseSeconds() => _model.Minimize(Sum(Latency));

    /// <param name="effort">Deterministic time, about seconds of one core; the same on every machine and in every run.</param>
    /// <returns>The level of every group, null where it goes with its block; null where there is no solution, or none was found in time.</returns>
    public (IReadOnlyDictionary<int, int?>? Levels, CpSolverStatus Status) Solve(double effort, int seed)
    {
        using var solver = new CpSolver
        {
            StringParameters = string.Create(
                CultureInfo.InvariantCulture,
                $"num_workers:1,random_seed:{seed},max_deterministic_time:{effort:0.###},linearization_level:2"),
        };
        var status = solver.Solve(_model);
        if (status is CpSolverStatus.ModelInvalid) throw new InvalidOperationException($"CP-SAT refuses the model: {_model.Validate()}");
        if (status is not (CpSolverStatus.Optimal or CpSolverStatus.Feasible)) return (null, status);
        return (_groups.ToDictionary(g => g.Key, g => g.Value.Levels[Chosen(solver, g.Value.Choice)]), status);
    }

    private static int Chosen(CpSolver solver, Choice choice) => choice.Options.IndexOf(choice.Options.First(o => solver.BooleanValue(o)));

    private static LinearExpr Sum(IEnumerable<(BoolVar Literal, long Units)> terms)
    {
        var all = terms.Where(t => t.Units != 0).ToList();
        return LinearExpr.WeightedSum(all.Select(t => t.Literal).ToArray(), all.Select(t => t.Units).ToArray());
    }

    private Choice NewChoice(ImmutableArray<BoolVar> options)
    {
        _model.AddExactlyOne(options);
        return new Choice(_choices++, options);
    }

    private GroupChoice ChoiceOf(GroupLadder ladder)
    {
        ImmutableArray<int?> levels = [.. _problem.LevelsOf(ladder).Select(level => (int?)level)];
        var options = levels.Select(level => _model.NewBoolVar($"group {ladder.Group} at level {level}")).ToImmutableArray();
        if (_problem.Blocks.FirstOrDefault(b => b.Groups.Contains(ladder.Group)) is { } block) (levels, options) = (levels.Add(null), options.Add(_gone[block.Name]));
        return new GroupChoice(ladder, NewChoice(options), levels);
    }

    private List<(BoolVar Literal, double Loss)> Losses() =>
    [
        .. _groups.Values.SelectMany(g => g.Levels.Select((level, i) => (g.Choice.Options[i], level is { } at ? _problem.LossOf(g.Ladder, at) : 0))),
        .. _problem.Blocks.Select(b => (_gone[b.Name], b.Loss)),
    ];

    /// <summary>Layers between the same two choices share a table.</summary>
    private void AddToTables(LayerLatency layer)
    {
        var (a, b) = (AxisOf(layer.Inputs), AxisOf(layer.Outputs));
        var isTurned = a.Choice.Number > b.Choice.Number;
        var (first, second) = isTurned ? (b.Choice, a.Choice) : (a.Choice, b.Choice);
        var key = (first.Number, second.Number);
        if (!_tables.TryGetValue(key, out var table)) _tables[key] = table = (first, second, new long[first.Options.Length, second.Options.Length]);
        for (var i = 0; i < a.Channels.Length; i++)
        {
            for (var j = 0; j < b.Channels.Length; j++)
            {
                if (a.Channels[i] is not { } inputs || b.Channels[j] is not { } outputs) continue;
                var (row, column) = isTurned ? (j, i) : (i, j);
                table.Cost[row, column] += (long)Math.Floor(layer.Staircase.Seconds(inputs, outputs) / _secondsUnit);
            }
        }
    }

    private AxisChoice AxisOf(LayerAxis axis)
    {
        if (axis.Parts.IsEmpty) return new AxisChoice(_always, [axis.Fixed]);
        if (axis.Parts is not [var part]) return SumOf(axis);
        var group = _groups[part.Group];
        return new AxisChoice(group.Choice, [.. group.Levels.Select(level => level is { } at ? axis.Fixed + part.Channels[at] : (int?)null)]);
    }

    /// <summary>The sum of several groups' channels as a choice among all that they can add up to.</summary>
    private AxisChoice SumOf(LayerAxis axis)
    {
        var key = string.Join(" + ", axis.Parts.Select(p => $"{p.Group}: {string.Join(',', p.Channels)}").Append($"{axis.Fixed}"));
        if (_sums.TryGetValue(key, out var known)) return known;
        var parts = axis.Parts.Select(p => (Group: _groups[p.Group], Part: p)).ToList();
        var sums = new SortedSet<int> { 0 };
        foreach (var (group, part) in parts) sums = [.. sums.SelectMany(s => group.Levels.Select(level => s + Contribution(part, level)))];

        var blocks = parts.Select(p => p.Group.Levels[^1] is null ? p.Group.Choice.Options[^1] : null).Distinct().ToList();
        ImmutableArray<int?> channels = [.. sums.Select(s => (int?)(axis.Fixed + s))];
        var options = sums.Select(s => _model.NewBoolVar($"{s} channels")).ToImmutableArray();
        var ownSum = Sum(options.Zip(sums, (o, s) => (o, (long)s)));
        // All groups of one block: without it there is no axis.
        if (blocks is [{ } gone]) (channels, options) = (channels.Add(null), options.Add(gone));
        var axisChoice = new AxisChoice(NewChoice(options), channels);
        _model.Add(ownSum == Sum(parts.SelectMany(p => p.Group.Levels.Select((level, i) => (p.Group.Choice.Options[i], (long)Contribution(p.Part, level))))));
        return _sums[key] = axisChoice;
    }

    private static int Contribution(AxisPart part, int? level) => level is { } at ? part.Channels[at] : 0;

    private List<(BoolVar, long)> LatencyTerms()
    {
        var terms = new List<(BoolVar, long)>();
        foreach (var (a, b, cost) in _tables.Values)
        {
            var pairs = PairsOf(a, b);
            for (var i = 0; i < a.Options.Length; i++)
                for (var j = 0; j < b.Options.Length; j++) terms.Add((pairs[i, j], cost[i, j]));
        }

        return terms;
    }

    /// <summary>A literal for each pair of options; where one side has only one option, the other side's own.</summary>
    private BoolVar[,] PairsOf(Choice a, Choice b)
    {
        var (rows, columns) = (a.Options.Length, b.Options.Length);
        var pairs = new BoolVar[rows, columns];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                pairs[i, j] = rows == 1 ? b.Options[j] : columns == 1 ? a.Options[i] : _model.NewBoolVar($"{a.Number}.{i} and {b.Number}.{j}");
        if (rows == 1 || columns == 1) return pairs;
        for (var i = 0; i < rows; i++) _model.Add(Sum(Enumerable.Range(0, columns).Select(j => (pairs[i, j], 1L))) == a.Options[i]);
        for (var j = 0; j < columns; j++) _model.Add(Sum(Enumerable.Range(0, rows).Select(i => (pairs[i, j], 1L))) == b.Options[j]);
        return pairs;
    }
}
