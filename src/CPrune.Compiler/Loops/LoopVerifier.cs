using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>
/// Proves a loop nest harmless before code is made of it: every variable is defined, every access stays inside its buffer (or in the slack
/// behind it), every accumulator has a value before it is used, and the stores write exactly the computation's box.
/// </summary>
public sealed class LoopVerifier
{
    private readonly LoopNest _nest;
    private readonly List<string> _faults = [];

    /// <summary>Variables whose values are known where code is made.</summary>
    private readonly HashSet<string> _numbers = new(StringComparer.Ordinal);
    private bool _initialized;
    private Statement.Tile? _tile;

    /// <summary>What lanes stand for at present, and whether they have been added up.</summary>
    private string? _lane;
    private bool _summed;

    /// <summary>Whether every lane counts in the present tile, those of elements that do not exist too.</summary>
    private bool SumsLanes => _tile is not null && _tile.Body.Any(s => s is Statement.SumLanes);

    private LoopVerifier(LoopNest nest) => _nest = nest;

    /// <summary>What is wrong; empty for a sound nest.</summary>
    public static IReadOnlyList<string> Faults(LoopNest nest, Computation computation)
    {
        var verifier = new LoopVerifier(nest);
        var facts = Facts.None;
        if (nest.LaneVariable is { } lane) facts = facts.With(lane, new Interval(0, nest.Lanes - 1));
        verifier.Check(nest.Body, facts, inTile: false);
        // Coverage is only meaningful, and only safe to enumerate, in a nest whose variables are sound.
        return verifier._faults.Count > 0 ? verifier._faults : StoreCoverage.Faults(nest, computation);
    }

    private void Check(ImmutableArray<Statement> statements, Facts facts, bool inTile)
    {
        foreach (var statement in statements) Check(statement, facts, inTile);
    }

    private void Check(Statement statement, Facts facts, bool inTile)
    {
        switch (statement)
        {
            case Statement.For loop:
                if (loop.End <= loop.Begin) _faults.Add($"loop {loop.Variable} has no turn");
                var turns = Define(facts, loop.Variable, new Interval(loop.Begin, loop.End - 1));
                if (loop.Where is { } where && Known(where.Index, turns))
                {
                    if (where.Index.CoefficientOf(loop.Variable) <= 0) _faults.Add($"loop {loop.Variable} cannot be restricted to {where}");
                    turns = turns.With(where.Index, new Interval(0, where.Extent - 1));
                }
                Check(loop.Body, turns, inTile);
                break;
            case Statement.Let let:
                if (!Known(let.Value, facts)) break;
                Check(let.Body, Define(facts, let.Variable, facts.Range(let.Value).Min(let.AtMost)), inTile);
                break;
            case Statement.If condition:
                if (!Known(condition.Index, facts)) break;
                Check(condition.Then, facts.With(condition.Index, new Interval(long.MinValue / 2, condition.Limit - 1)), inTile);
                Check(condition.Else, facts.With(condition.Index, new Interval(condition.Limit, long.MaxValue / 2)), inTile);
                break;
            case Statement.Tile tile:
                if (inTile) _faults.Add("a register tile stands inside another");
                (_tile, _initialized, _lane, _summed) = (tile, false, _nest.LaneVariable, false);
                _numbers.UnionWith(tile.Loops.Select(l => l.Variable));
                var inside = tile.Loops.Aggregate(facts, (f, l) => Define(f, l.Variable, new Interval(0, l.Extent - 1)));
                Check(tile.Body, inside, inTile: true);
                // Ranges mean something only where every variable is known.
                if (_faults.Count == 0) _faults.AddRange(SharingFaults.Of(_nest, tile, inside));
                break;
            case Statement.Initialize:
                RequireTile(inTile, "an initialisation");
                _initialized = true;
                break;
            case Statement.Accumulate accumulate:
                RequireTile(inTile, "an accumulation");
                RequireValue();
                if (_summed) _faults.Add("an accumulation stands behind the sum of its lanes");
                if (accumulate.Taps is { } taps) CheckTaps(accumulate, taps, facts);
                else Check(accumulate.Term, facts);
                break;
            case Statement.SumLanes sum:
                RequireTile(inTile, "a sum of lanes");
                CheckSum(sum);
                break;
            case Statement.Store store:
                RequireTile(inTile, "a store");
                Check(store.Value, facts);
                if (_nest.Buffers[store.Target.Slot].Role != BufferRole.Output)
                    _faults.Add($"a store goes to the input {_nest.Buffers[store.Target.Slot].Name}");
                Check(store.Target, facts);
                if (_lane is not null && !store.Target.Indices.Any(i => i.Mentions(_lane))) _faults.Add($"{Text(store.Target)} is one place for all lanes");
                break;
        }
    }

    private void CheckTaps(Statement.Accumulate accumulate, TapVector taps, Facts facts)
    {
        if (!SumsLanes || _lane is not { } lane)
        {
            _faults.Add($"turns of {taps.Loop} lie side by side in lanes that are no partial sums");
            return;
        }
        var next = 0;
        foreach (var part in taps.Parts)
        {
            if (part.From < next || part.Below > _nest.Lanes) _faults.Add($"{taps} overlap, or do not fit into {_nest.Lanes} lanes");
            next = part.Below;
        }
        foreach (var access in accumulate.Term.Loads())
        {
            if (_nest.Buffers[access.Slot].Role == BufferRole.Weight || !access.Indices.Any(i => i.Mentions(lane))) Check(access, facts);
            else
                foreach (var part in taps.Parts)
                    Check(access, facts.With(taps.Loop, new Interval(part.Turn, part.Turn)).With(lane, new Interval(part.Shift + part.From, part.Shift + part.Below - 1)));
        }
    }

    private void CheckSum(Statement.SumLanes sum)
    {
        if (_nest.LaneVariable is null) _faults.Add("lanes are summed where there are none");
        if (_summed) _faults.Add("lanes are summed twice");
        var loop = _tile?.Loops.FirstOrDefault(l => l.Variable == sum.Loop);
        if (sum.Loop is not null && loop is null) _faults.Add($"sums are to lie along {sum.Loop}, which is not in their tile");
        if (sum.Ways < 1 || sum.Ways * (loop?.Extent ?? 1) > _nest.Lanes)
            _faults.Add($"{loop?.Extent ?? 1} sums of each of {sum.Ways} points do not fit into {_nest.Lanes} lanes");
        (_lane, _summed) = (sum.Loop, true);
    }

    private void Check(Value value, Facts facts)
    {
        switch (value)
        {
            case Value.Load { Access: var access }:
                if (_nest.Buffers[access.Slot].Role == BufferRole.Output) _faults.Add("the output is read");
                Check(access, facts);
                break;
            case Value.Accumulator:
                RequireValue();
                break;
            case Value.Unary unary:
                Check(unary.Operand, facts);
                break;
            case Value.Binary binary:
                Check(binary.Left, facts);
                Check(binary.Right, facts);
                break;
            case Value.Combination combination:
                Check(combination, facts);
                break;
        }
    }

    private void Check(Value.Combination combination, Facts facts)
    {
        var (coefficients, row, over) = (combination.Coefficients, AffineIndex.Of(combination.Row), combination.Over);
        if (!Known(row, facts)) return;
        if (!_numbers.Contains(combination.Row)) _faults.Add($"{combination.Row} selects coefficients and is no loop of the register tile");
        if (!facts.Range(row).FitsIn(coefficients.Rows)) _faults.Add($"{combination.Row} has more values than the {coefficients.Rows} rows of its coefficients");
        var inner = Define(facts, over, new Interval(0, coefficients.Columns - 1));
        _numbers.Add(over);
        Check(combination.Term, inner);
        _numbers.Remove(over);
    }

    private void Check(Access access, Facts facts)
    {
        var buffer = _nest.Buffers[access.Slot];
        if (access.Indices.Length != buffer.Extents.Length)
        {
            _faults.Add($"{buffer.Name} has {buffer.Extents.Length} dimensions and is accessed by {access.Indices.Length} indices");
            return;
        }
        if (access.Indices.Any(i => !Known(i, facts)) || access.Guards.Any(g => !Known(g.Bound.Index, facts))) return;
        CheckLanes(access);
        var guarded = access.Guards.Aggregate(facts, (f, g) => f.With(g.Bound.Index, new Interval(0, g.Bound.Extent - 1)));
        for (var d = 0; d < access.Indices.Length; d++)
        {
            var index = access.Indices[d];
            var range = guarded.Range(index);
            if (range.FitsIn(buffer.Extents[d])) continue;
            if (EndsInSlack(access, d, buffer, guarded)) continue;
            _faults.Add($"{Text(access)}: {index} reaches from {range.Low} to {range.High}, outside the extent {buffer.Extents[d]}");
        }
        if (buffer.Block > 0 && !guarded.Range(buffer.Blocked(access.Indices[^1]).Channel).FitsIn(buffer.Block))
            _faults.Add($"{Text(access)}: {access.Indices[^1]} crosses from one block of {buffer.Block} channels into the next");
    }

    /// <summary>Whether a vector of an input begins inside it and only its last lanes, which nobody stores, lie behind.</summary>
    private bool EndsInSlack(Access access, int dimension, PhysicalBuffer buffer, Facts facts)
    {
        if (buffer.Role != BufferRole.Activation || dimension != access.Indices.Length - 1 || _nest.Lanes > PhysicalBuffer.Slack) return false;
        if (SumsLanes || _lane is not { } lane || !access.Indices[dimension].Mentions(lane)) return false;
        return facts.With(lane, new Interval(0, 0)).Range(access.Indices[dimension]).FitsIn(buffer.Extents[dimension]);
    }

    private void CheckLanes(Access access)
    {
        if (_lane is not { } lane) return;
        for (var d = 0; d < access.Indices.Length; d++)
        {
            var coefficient = access.Indices[d].CoefficientOf(lane);
            var last = d == access.Indices.Length - 1;
            if (coefficient != 0 && !(last && coefficient == 1)) _faults.Add($"{Text(access)} is not contiguous along the lanes");
        }
    }

    private string Text(Access access) => $"{_nest.Buffers[access.Slot].Name}[{string.Join(", ", access.Indices)}]";

    private Facts Define(Facts facts, string variable, Interval range)
    {
        if (facts.Defines(variable)) _faults.Add($"{variable} is defined twice");
        return facts.With(variable, range);
    }

    private bool Known(AffineIndex index, Facts facts)
    {
        var unknown = index.Terms.Where(t => !facts.Defines(t.Axis)).Select(t => t.Axis).ToList();
        foreach (var variable in unknown) _faults.Add($"{variable} is used outside its scope, in {index}");
        return unknown.Count == 0;
    }

    private void RequireValue()
    {
        if (!_initialized) _faults.Add("an accumulator is used before it has a value");
    }

    private void RequireTile(bool inTile, string what)
    {
        if (!inTile) _faults.Add($"{what} stands outside a register tile");
    }
}
