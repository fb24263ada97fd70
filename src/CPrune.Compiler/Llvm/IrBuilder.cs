using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Llvm;

/// <summary>A variable of the nest while code is made: a known number, or a 64-bit register with a range, defined in a scope.</summary>
internal readonly record struct IrVariable(string? Register, Interval Range, IrScope? Scope)
{
    public static IrVariable Number(long value) => new(null, new Interval(value, value), null);
}

/// <summary>Writes the instructions of one function: names, blocks, scopes and the variables in them.</summary>
internal sealed class IrBuilder
{
    private readonly Dictionary<string, IrVariable> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _declarations = new(StringComparer.Ordinal);
    private int _names;

    public IrScope Scope { get; private set; } = new(null);

    /// <summary>The label of the block that instructions are being appended to.</summary>
    public string Block { get; private set; } = "entry";

    public IEnumerable<string> Declarations => _declarations.Order(StringComparer.Ordinal);

    public IrVariable this[string variable] => _variables[variable];

    public string Label(string hint) => $"{hint}{_names++}";

    /// <summary>Defines a variable, or hides its present meaning.</summary>
    public void Set(string variable, IrVariable value) => _variables[variable] = value;

    /// <summary>Appends an instruction that yields a value to the body.</summary>
    public string Emit(string instruction)
    {
        if (Scope.Find(instruction) is { } known) return known;
        var name = $"%v{_names++}";
        Scope.Body.Append("  ").Append(name).Append(" = ").Append(instruction).Append('\n');
        Scope.Remember(instruction, name);
        return name;
    }

    /// <summary>Puts an instruction without effects at the head of an enclosing scope.</summary>
    public string Hoist(IrScope scope, string instruction)
    {
        if (scope.Find(instruction) is { } known) return known;
        var name = $"%v{_names++}";
        scope.Head.Append("  ").Append(name).Append(" = ").Append(instruction).Append('\n');
        scope.Remember(instruction, name);
        return name;
    }

    /// <summary>Appends an instruction that yields nothing.</summary>
    public void Do(string instruction) => Scope.Body.Append("  ").Append(instruction).Append('\n');

    public string Call(string type, string function, params ReadOnlySpan<(string Type, string Value)> arguments)
    {
        Declare(type, function, arguments);
        return Emit($"call {type} @{function}({Join(arguments)})");
    }

    public void CallVoid(string function, params ReadOnlySpan<(string Type, string Value)> arguments)
    {
        Declare("void", function, arguments);
        Do($"call void @{function}({Join(arguments)})");
    }

    public string HoistCall(IrScope scope, string type, string function, params ReadOnlySpan<(string Type, string Value)> arguments)
    {
        Declare(type, function, arguments);
        return Hoist(scope, $"call {type} @{function}({Join(arguments)})");
    }

    /// <summary>
    /// Runs <paramref name="body"/> in a scope of its own that begins with a new block. <paramref name="opening"/> (the block's phi nodes)
    /// is asked for after the body, when what comes round is known.
    /// </summary>
    public void Nested(string label, Action<IrScope> body, Func<string> opening)
    {
        var outer = Scope;
        var inner = Scope = new IrScope(outer);
        Block = label;
        body(inner);
        Scope = outer;
        outer.Body.Append(label).Append(":\n").Append(opening()).Append(inner.Head).Append(inner.Body);
    }

    /// <summary>Runs <paramref name="body"/>, which yields nothing, only where a condition holds.</summary>
    public void When(string condition, Action body)
    {
        var (then, exit) = (Label("when"), Label("end"));
        Do($"br i1 {condition}, label %{then}, label %{exit}");
        Nested(
            then,
            _ =>
            {
                body();
                Do($"br label %{exit}");
            },
            () => "");
        Begin(exit);
    }

    /// <summary>Begins a block of the present scope.</summary>
    public void Begin(string label)
    {
        Scope.Body.Append(label).Append(":\n");
        Block = label;
    }

    /// <summary>An index with the known numbers folded in: terms over registers, outermost scope first.</summary>
    public AffineIndex Fold(AffineIndex index)
    {
        var offset = index.Offset;
        var terms = new List<AffineTerm>();
        foreach (var term in index.Terms)
        {
            var variable = _variables[term.Axis];
            if (variable.Register is null) offset += checked((int)(variable.Range.Low * term.Coefficient));
            else terms.Add(term);
        }
        return new AffineIndex([.. terms.OrderBy(t => _variables[t.Axis].Scope!.Depth)], offset);
    }

    public Interval Range(AffineIndex index) => index.Range(v => _variables[v].Range);

    /// <summary>The innermost scope a folded index depends on.</summary>
    public IrScope ScopeOf(AffineIndex folded)
    {
        var scope = Root;
        foreach (var term in folded.Terms)
            if (_variables[term.Axis].Scope!.Depth > scope.Depth) scope = _variables[term.Axis].Scope!;
        return scope;
    }

    /// <summary>A folded index as a 64-bit value, each partial sum computed as far out as it can be.</summary>
    public string Index(AffineIndex folded)
    {
        string? sum = null;
        foreach (var term in folded.Terms)
        {
            var (register, scope) = (_variables[term.Axis].Register!, _variables[term.Axis].Scope!);
            var product = term.Coefficient == 1 ? register : Hoist(scope, $"mul nsw i64 {register}, {term.Coefficient}");
            sum = sum is null ? product : Hoist(scope, $"add nsw i64 {sum}, {product}");
        }
        if (sum is null) return $"{folded.Offset}";
        return folded.Offset == 0 ? sum : Hoist(ScopeOf(folded), $"add nsw i64 {sum}, {folded.Offset}");
    }

    /// <summary>The scope of the whole function.</summary>
    public IrScope Root
    {
        get
        {
            var scope = Scope;
            while (scope.Parent is not null) scope = scope.Parent;
            return scope;
        }
    }

    private void Declare(string type, string function, ReadOnlySpan<(string Type, string Value)> arguments)
    {
        var types = new List<string>();
        foreach (var argument in arguments) types.Add(argument.Type.Split(' ') is ["ptr", ..] ? "ptr" : argument.Type);
        _declarations.Add($"declare {type} @{function}({string.Join(", ", types)})");
    }

    private static string Join(ReadOnlySpan<(string Type, string Value)> arguments)
    {
        var parts = new List<string>();
        foreach (var (type, value) in arguments) parts.Add($"{type} {value}");
        return string.Join(", ", parts);
    }
}
