using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>The text form of a loop nest, one statement a line. <c>?</c> marks a guarded access and the value it has outside.</summary>
internal sealed class LoopText
{
    private readonly LoopNest _nest;
    private readonly StringBuilder _text = new();

    private LoopText(LoopNest nest) => _nest = nest;

    public static string Write(LoopNest nest)
    {
        var text = new LoopText(nest);
        text.Line(0, $"kernel f32x{nest.Lanes}({string.Join(", ", nest.Buffers.Select(b => $"{b.Name}[{string.Join(',', b.Extents)}]{(b.Block == 0 ? "" : $"/{b.Block}")}"))})"
            + (nest.WeightPrefetch > 0 ? $" prefetching weights {nest.WeightPrefetch} bytes ahead" : ""));
        text.Block(1, nest.Body);
        return text._text.ToString();
    }

    private void Block(int depth, ImmutableArray<Statement> statements)
    {
        foreach (var statement in statements) Write(depth, statement);
    }

    private void Write(int depth, Statement statement)
    {
        switch (statement)
        {
            case Statement.For loop:
                var kind = loop.Kind == LoopKind.Serial ? "for" : loop.Kind.ToString().ToLowerInvariant();
                var where = loop.Where is null ? "" : $" where {loop.Where}";
                Line(depth, $"{kind} {loop.Variable} in {loop.Begin}..{loop.End}{where}");
                Block(depth + 1, loop.Body);
                break;
            case Statement.Let let:
                Line(depth, $"let {let.Variable} = min({let.Value}, {let.AtMost})");
                Block(depth, let.Body);
                break;
            case Statement.If condition:
                Line(depth, $"if {condition.Index} < {condition.Limit}");
                Block(depth + 1, condition.Then);
                if (condition.Else.IsEmpty) break;
                Line(depth, "else");
                Block(depth + 1, condition.Else);
                break;
            case Statement.Tile tile:
                Line(depth, "tile" + string.Concat(tile.Loops.Select(l => $" {l.Variable}:{l.Extent}")) + Text(tile.Shared));
                Block(depth + 1, tile.Body);
                break;
            case Statement.Initialize initialize:
                Line(depth, $"acc = {Number(initialize.Value)}");
                break;
            case Statement.Accumulate { Reducer: Reducer.Sum } accumulate:
                Line(depth, $"acc += {Text(accumulate.Term)}{(accumulate.Taps is { } taps ? $", lanes of {taps}" : "")}");
                break;
            case Statement.Accumulate accumulate:
                Line(depth, $"acc = max(acc, {Text(accumulate.Term)})");
                break;
            case Statement.SumLanes sum:
                Line(depth, $"acc = sum of lanes, of {sum.Ways} points{(sum.Loop is null ? "" : $" and all {sum.Loop}")} side by side");
                break;
            case Statement.Store store:
                Line(depth, $"{Text(store.Target)} = {Text(store.Value)}");
                break;
        }
    }

    /// <summary>For example <c>, last oc.1 shared 3x5</c>: by three points with five lanes each.</summary>
    private static string Text(SharedVector? shared) =>
        shared is null ? "" : $", last {shared.Loop} shared {string.Join(" and ", shared.Groups.Select(g => $"{g.Ways}x{g.Count}"))}";

    private string Text(Value value) => value switch
    {
        Value.Load load => Text(load.Access),
        Value.Constant constant => Number(constant.Number),
        Value.Accumulator => "acc",
        Value.Unary unary => $"{unary.Op.ToString().ToLowerInvariant()}({Text(unary.Operand)})",
        Value.Binary { Op: BinaryOp.Max or BinaryOp.Min } binary =>
            $"{binary.Op.ToString().ToLowerInvariant()}({Text(binary.Left)}, {Text(binary.Right)})",
        Value.Combination sum => $"sum({sum.Over}, [{sum.Coefficients}][{sum.Row}] * {Text(sum.Term)})",
        Value.Binary binary => $"({Text(binary.Left)} {Symbol(binary.Op)} {Text(binary.Right)})",
        _ => throw new ArgumentException($"unknown value {value.GetType().Name}"),
    };

    private string Text(Access access)
    {
        var buffer = _nest.Buffers[access.Slot];
        var element = $"{buffer.Name}[{string.Join(", ", access.Indices)}]";
        if (access.Guards.IsEmpty) return element;
        var guards = string.Join(" and ", access.Guards.Select(g => $"{(g.Kind == GuardKind.Lanes ? "lanes " : "")}{g.Bound}"));
        return buffer.Role == BufferRole.Output ? $"{element} ? {guards}" : $"({element} ? {guards} : {Number(access.Fill)})";
    }

    private static string Symbol(BinaryOp op) => op switch
    {
        BinaryOp.Add => "+",
        BinaryOp.Subtract => "-",
        BinaryOp.Multiply => "*",
        BinaryOp.Divide => "/",
        _ => throw new ArgumentException($"{op} has no symbol"),
    };

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private void Line(int depth, string line) => _text.Append(' ', 2 * depth).Append(line).Append('\n');
}
