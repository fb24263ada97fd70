using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CPrune.Compiler.Tasks;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>
/// The part of a library that differs from model to model, as LLVM IR text: the tables that the files of <c>Runtime</c> work from, and its functions under the
/// model's own name.
/// </summary>
internal sealed class ModelTables
{
    /// <summary>The version of the functions <c>cprune_model_…</c>; the runtime refuses any other.</summary>
    private const int AbiVersion = 1;

    private readonly StringBuilder _text = new();
    private bool _hasChains;

    private ModelTables()
    {
    }

    /// <param name="threads">Threads to run on where the caller leaves it open.</param>
    /// <param name="prefix">What the model's own functions begin with.</param>
    public static string IrText(ModelInterface model, ImmutableArray<ModelCall> calls, MemoryPlan memory, long weightBytes, int threads, string prefix)
    {
        var tables = new ModelTables();
        var arguments = calls.SelectMany(c => c.Members).SelectMany(m => m.Arguments).ToList();
        tables.Kernels(calls);
        tables.Names(calls);
        tables.Numbers("arguments", arguments);
        tables.Numbers("input_shape", [model.InputShape.Length, .. model.InputShape]);
        tables.Numbers("output_shape", [model.OutputShape.Length, .. model.OutputShape]);
        tables.Record("sizes", memory.Bytes, arguments.Count, calls.Length, threads, AbiVersion, weightBytes, calls.Count(c => TurnsOf(c) > 1));
        tables.Record("input", model.InputShape[1], Shapes.Count([.. model.InputShape.Skip(2)]), OffsetOf(ModelBuffers.GivenInput), OffsetOf(model.Input));
        tables.Record("output", model.ResultExtents[0] * model.ResultExtents[1], model.ResultExtents[2], -1, OffsetOf(model.Result.Name));
        tables.OwnNames(prefix);
        return tables._text.ToString();

        long OffsetOf(string buffer) => memory.Offsets.GetValueOrDefault(buffer, -1);
    }

    /// <summary>Into how many parts threads can share a call.</summary>
    private static int TurnsOf(ModelCall call) => call.IsChain ? call.Parts : call.Members[0].Turns;

    private void Kernels(ImmutableArray<ModelCall> calls)
    {
        foreach (var symbol in calls.SelectMany(c => c.Members).Select(m => m.Symbol).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Line($"declare hidden void @{symbol}(ptr, i64, i64)");
        var first = 0;
        var entries = new List<string>();
        for (var i = 0; i < calls.Length; i++)
        {
            var call = calls[i];
            var (symbol, turns) = (call.IsChain ? Chain(call, i) : call.Members[0].Symbol, TurnsOf(call));
            entries.Add($"{{ ptr, i64, i64 }} {{ ptr @{symbol}, i64 {turns}, i64 {first} }}");
            first += call.Members.Sum(m => m.Arguments.Length);
        }

        Line($"@cprune_kernels = hidden constant [{calls.Length} x {{ ptr, i64, i64 }}] [{string.Join(", ", entries)}]");
    }

    /// <summary>A function that runs a chain as if it were one kernel whose turns are the chain's parts.</summary>
    private string Chain(ModelCall call, int number)
    {
        var (count, strips) = (call.Members.Length, call.Strips.Length);
        var argument = 0;
        var members = new List<string>();
        foreach (var member in call.Members)
        {
            members.Add($"{{ ptr, i64 }} {{ ptr @{member.Symbol}, i64 {argument} }}");
            argument += member.Arguments.Length;
        }

        var ranges = call.Strips.SelectMany(s => s).Select(r => $"{{ i64, i64 }} {{ i64 {r.Begin}, i64 {r.End} }}");
        if (!_hasChains) Line("declare hidden void @cprune_chain(ptr, ptr, i64, i64, i64, ptr, i64, i64)");
        _hasChains = true;
        Line($"@members.{number} = private constant [{count} x {{ ptr, i64 }}] [{string.Join(", ", members)}]");
        Line($"@ranges.{number} = private constant [{count * strips} x {{ i64, i64 }}] [{string.Join(", ", ranges)}]");
        Line($"define internal void @chain.{number}(ptr %buffers, i64 %begin, i64 %end) {{");
        Line($"  call void @cprune_chain(ptr @members.{number}, ptr @ranges.{number}, i64 {count}, i64 {strips}, i64 {call.Parts}, ptr %buffers, i64 %begin, i64 %end)");
        Line("  ret void\n}");
        return $"chain.{number}";
    }

    private void Names(ImmutableArray<ModelCall> calls)
    {
        for (var i = 0; i < calls.Length; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(calls[i].Description);
            var text = string.Concat(bytes.Select(b => b is >= 32 and < 127 and not (byte)'"' and not (byte)'\\' ? $"{(char)b}" : $"\\{b:X2}"));
            Line($"@name.{i} = private constant [{bytes.Length + 1} x i8] c\"{text}\\00\"");
        }

        Line($"@cprune_names = hidden constant [{calls.Length} x ptr] [{string.Join(", ", Enumerable.Range(0, calls.Length).Select(i => $"ptr @name.{i}"))}]");
    }

    private void Numbers(string name, List<long> numbers) =>
        Line($"@cprune_{name} = hidden constant [{numbers.Count} x i64] [{string.Join(", ", numbers.Select(n => $"i64 {n}"))}]");

    private void Numbers(string name, IEnumerable<int> numbers) => Numbers(name, [.. numbers.Select(n => (long)n)]);

    private void Record(string name, params long[] fields) =>
        Line($"@cprune_{name} = hidden constant {{ {string.Join(", ", fields.Select(_ => "i64"))} }} {{ {string.Join(", ", fields.Select(f => $"i64 {f}"))} }}");

    private void OwnNames(string prefix)
    {
        foreach (var (name, result, parameters) in CInterface.Functions)
        {
            var types = string.Join(", ", parameters);
            var values = string.Join(", ", parameters.Select((p, i) => $"{p} %{i}"));
            Line($"declare {result} @cprune_model_{name}({types})");
            Line($"define {result} @{prefix}_{name}({values}) {{");
            Line(result == "void" ? $"  tail call void @cprune_model_{name}({values})\n  ret void" : $"  %r = tail call {result} @cprune_model_{name}({values})\n  ret {result} %r");
            Line("}");
        }
    }

    private void Line(string line) => _text.Append(CultureInfo.InvariantCulture, $"{line}\n");
}
