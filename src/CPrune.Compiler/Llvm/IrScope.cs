using System.Text;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// A region of code that its variables are defined in: the function, a loop's body, a branch. What depends on these variables and no inner
/// ones goes into the head, whenever it is asked for, so nothing is computed more often than needed; the rest follows in the body. Equal
/// instructions are found again by their text.
/// </summary>
internal sealed class IrScope(IrScope? parent)
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    public IrScope? Parent { get; } = parent;

    public StringBuilder Head { get; } = new();

    public StringBuilder Body { get; } = new();

    public string? Find(string instruction)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
            if (scope._known.TryGetValue(instruction, out var name)) return name;
        return null;
    }

    public void Remember(string instruction, string name) => _known[instruction] = name;
}
