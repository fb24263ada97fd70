using System.Collections.Immutable;
using System.Text;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// A loop nest → an LLVM module with one function. Accumulators are SSA values that loops and branches hand on as phi nodes, so a register
/// tile never touches memory.
/// </summary>
internal sealed class KernelEmitter
{
    private readonly VectorType _type;
    private readonly IrBuilder _builder = new();
    private readonly FillBuffers _fills = new();
    private readonly AddressEmitter _addresses;
    private readonly BlendEmitter _blends;
    private readonly TileEmitter _tile;

    private KernelEmitter(LoopNest nest, Target target)
    {
        _type = new VectorType(nest.Lanes);
        _addresses = new AddressEmitter(_builder, nest, _fills, LoadBases(nest));
        _blends = new BlendEmitter(_builder, _type);
        var memory = new MemoryEmitter(_builder, nest, _addresses, new MaskEmitter(_builder, nest, _addresses, _type), _blends, _type);
        var values = new ValueEmitter(_builder, memory, _type, target);
        _tile = new TileEmitter(nest, _addresses, memory, values, new LaneSumEmitter(_builder, _type), _type);
    }

    /// <summary>The module's text.</summary>
    public static string Emit(LoopNest nest, string symbol, Target target)
    {
        var emitter = new KernelEmitter(nest, target);
        emitter.Block(nest.Body);
        var scope = emitter._builder.Scope;
        var text = new StringBuilder();
        text.Append($"target triple = \"{target.Triple}\"\n\n");
        foreach (var definition in emitter._fills.Definitions().Concat(emitter._blends.Definitions())) text.Append(definition).Append('\n');
        text.Append($"\ndefine void @{symbol}(ptr noalias nocapture readonly %buffers, i64 %begin, i64 %end) #0 {{\nentry:\n");
        text.Append(scope.Head).Append(scope.Body).Append("  ret void\n}\n\n");
        foreach (var declaration in emitter._builder.Declarations) text.Append(declaration).Append('\n');
        // Without this LLVM splits 512-bit vectors on processors it thinks are better off with half of them; here the schedule decides.
        text.Append($"\nattributes #0 = {{ nounwind \"prefer-vector-width\"=\"{target.VectorBits}\" }}\n");
        return text.ToString();
    }

    private List<string> LoadBases(LoopNest nest)
    {
        var bases = new List<string>();
        foreach (var buffer in nest.Buffers)
        {
            var address = _builder.Hoist(_builder.Scope, $"getelementptr ptr, ptr %buffers, i64 {buffer.Slot}");
            bases.Add(_builder.Hoist(_builder.Scope, $"load ptr, ptr {address}, align 8"));
        }
        return bases;
    }

    private void Block(ImmutableArray<Statement> statements)
    {
        foreach (var statement in statements) Emit(statement);
    }

    private void Emit(Statement statement)
    {
        switch (statement)
        {
            case Statement.For loop:
                For(loop);
                break;
            case Statement.Let let:
                Let(let);
                break;
            case Statement.If condition:
                If(condition);
                break;
            case Statement.Tile tile:
                Tile(tile);
                break;
            case Statement.Initialize initialize:
                _tile.Initialize(initialize.Value);
                break;
            case Statement.Accumulate accumulate:
                _tile.Accumulate(accumulate);
                break;
            case Statement.SumLanes sum:
                _tile.SumLanes(sum);
                break;
            case Statement.Store store:
                _tile.Store(store);
                break;
        }
    }

    private void For(Statement.For loop)
    {
        if (loop.Kind == LoopKind.Unrolled || (loop.End - loop.Begin == 1 && loop.Kind != LoopKind.Parallel))
        {
            for (var turn = loop.Begin; turn < loop.End; turn++) Turn(loop, turn);
            return;
        }
        var (begin, end, mayBeEmpty) = LoopBounds.Of(_builder, loop);
        Loop(loop, begin, end, mayBeEmpty);
    }

    /// <summary>One turn written out; skipped, unconditional or conditional as its restriction demands.</summary>
    private void Turn(Statement.For loop, int turn)
    {
        _builder.Set(loop.Variable, IrVariable.Number(turn));
        var holds = true;
        var condition = loop.Where is null ? null : _addresses.Condition(loop.Where, out holds);
        if (condition is not null) Branch(condition, () => Block(loop.Body), null);
        else if (holds) Block(loop.Body);
    }

    private void Loop(Statement.For loop, string begin, string end, bool mayBeEmpty)
    {
        var (body, exit) = (_builder.Label("loop"), _builder.Label("done"));
        var before = _builder.Block;
        var initial = _tile.Accumulators.ToArray();
        var variable = $"%{loop.Variable}.{body}";
        var carried = initial.Select((_, p) => $"%acc{p}.{body}").ToArray();
        _builder.Do(mayBeEmpty
            ? $"br i1 {_builder.Emit($"icmp slt i64 {begin}, {end}")}, label %{body}, label %{exit}"
            : $"br label %{body}");
        string next = "", latch = "";
        _builder.Nested(
            body,
            scope =>
            {
                _builder.Set(loop.Variable, new IrVariable(variable, new Interval(loop.Begin, loop.End - 1), scope));
                carried.CopyTo(_tile.Accumulators, 0);
                Block(loop.Body);
                next = _builder.Emit($"add nuw nsw i64 {variable}, 1");
                var more = _builder.Emit($"icmp slt i64 {next}, {end}");
                _builder.Do($"br i1 {more}, label %{body}, label %{exit}");
                latch = _builder.Block;
            },
            () => $"  {variable} = phi i64 [ {begin}, %{before} ], [ {next}, %{latch} ]\n"
                + Phis(carried, (initial, before), (_tile.Accumulators, latch)));
        _builder.Begin(exit);
        if (mayBeEmpty) Merge((initial, before), (_tile.Accumulators.ToArray(), latch));
    }

    private void Let(Statement.Let let)
    {
        var value = _builder.Fold(let.Value);
        var range = _builder.Range(value);
        if (value.Terms.IsEmpty)
        {
            _builder.Set(let.Variable, IrVariable.Number(Math.Min(value.Offset, let.AtMost)));
        }
        else
        {
            var scope = _builder.ScopeOf(value);
            var register = _builder.HoistCall(scope, "i64", "llvm.smin.i64", ("i64", _builder.Index(value)), ("i64", $"{let.AtMost}"));
            _builder.Set(let.Variable, new IrVariable(register, range.Min(let.AtMost), scope));
        }
        Block(let.Body);
    }

    private void If(Statement.If condition)
    {
        var index = _builder.Fold(condition.Index);
        var range = _builder.Range(index);
        if (range.High < condition.Limit) Block(condition.Then);
        else if (range.Low >= condition.Limit) Block(condition.Else);
        else Branch(Less(), () => Block(condition.Then), () => Block(condition.Else));

        string Less() => _builder.Emit($"icmp slt i64 {_builder.Index(index)}, {condition.Limit}");
    }

    private void Branch(string condition, Action then, Action? otherwise)
    {
        var (yes, no, exit) = (_builder.Label("then"), _builder.Label("else"), _builder.Label("end"));
        var initial = _tile.Accumulators.ToArray();
        var before = _builder.Block;
        _builder.Do($"br i1 {condition}, label %{yes}, label %{(otherwise is null ? exit : no)}");
        var first = Arm(yes, then, exit);
        initial.CopyTo(_tile.Accumulators, 0);
        var second = otherwise is null ? (initial, before) : Arm(no, otherwise, exit);
        _builder.Begin(exit);
        Merge(first, second);
    }

    private (string[] Values, string Block) Arm(string label, Action body, string exit)
    {
        _builder.Nested(
            label,
            _ =>
            {
                body();
                _builder.Do($"br label %{exit}");
            },
            () => "");
        return (_tile.Accumulators.ToArray(), _builder.Block);
    }

    /// <summary>Continues with the accumulators of whichever way was taken.</summary>
    private void Merge((string[] Values, string Block) first, (string[] Values, string Block) second)
    {
        for (var p = 0; p < _tile.Accumulators.Length; p++)
            _tile.Accumulators[p] = first.Values[p] == second.Values[p] ? first.Values[p] : _builder.Label("%merged");
        for (var p = 0; p < _tile.Accumulators.Length; p++)
            if (first.Values[p] != second.Values[p])
                _builder.Do(Phi(_tile.Accumulators[p], (first.Values[p], first.Block), (second.Values[p], second.Block)));
    }

    private string Phis(string[] names, (string[] Values, string Block) first, (string[] Values, string Block) second)
    {
        var text = new StringBuilder();
        for (var p = 0; p < names.Length; p++)
            text.Append("  ").Append(Phi(names[p], (first.Values[p], first.Block), (second.Values[p], second.Block))).Append('\n');
        return text.ToString();
    }

    private string Phi(string name, (string Value, string Block) first, (string Value, string Block) second) =>
        $"{name} = phi {_type.Float} [ {first.Value}, %{first.Block} ], [ {second.Value}, %{second.Block} ]";

    private void Tile(Statement.Tile tile)
    {
        _tile.Enter(tile);
        Block(tile.Body);
        _tile.Leave();
    }
}
