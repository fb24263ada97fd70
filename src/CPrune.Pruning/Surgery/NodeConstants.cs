using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>Integer constants that nodes read, while some of them change. One that has other readers is left to them.</summary>
internal sealed class NodeConstants
{
    private readonly Dictionary<string, int> _readers;
    private readonly Dictionary<string, Tensor> _changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _added = new(StringComparer.Ordinal);
    private readonly HashSet<string> _released = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken;
    private readonly ConstantTable _table;
    private readonly Lazy<KnownValues> _computed;

    public NodeConstants(ModelGraph graph)
    {
        _table = new ConstantTable(graph);
        _computed = new Lazy<KnownValues>(() => KnownValues.AsFarAsKnown(graph));
        _readers = graph.Nodes.SelectMany(n => n.Inputs).Concat(graph.Outputs.Select(o => o.Name)).CountBy(i => i, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        _taken = graph.Nodes.SelectMany(n => n.Outputs).Concat(graph.Initializers.Keys).Concat(graph.Inputs.Select(i => i.Name))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The numbers that a node reads under a name now; they may also be computed from constants.</summary>
    public ImmutableArray<long> Longs(string name)
    {
        var tensor = _changed.GetValueOrDefault(name) ?? _added.GetValueOrDefault(name) ?? _table.TensorOf(name) ?? _computed.Value.ConstantOrNull(name);
        return [.. tensor!.Longs];
    }

    /// <summary>The name under which the only node to read them finds other numbers from now on.</summary>
    /// <param name="reader">That node's output.</param>
    public string Changed(string name, string reader, ImmutableArray<long> values)
    {
        if (_added.ContainsKey(name))
        {
            _added[name] = Vector(values);
            return name;
        }

        if (_table.RootOf(name) != name || _readers[name] > 1) return Added($"{name}_{reader}", values);
        _changed[name] = Vector(values);
        return name;
    }

    /// <summary>A new constant under a wanted name, or that name with a number.</summary>
    public string Added(string wanted, ImmutableArray<long> values)
    {
        var name = wanted;
        for (var number = 2; !_taken.Add(name); number++) name = $"{wanted}_{number}";
        _added[name] = Vector(values);
        return name;
    }

    /// <summary>One reader of a constant is no more.</summary>
    public void Release(string? name)
    {
        if (name is not null && --_readers[name] == 0) _released.Add(name);
    }

    /// <summary>The graph with these constants, without those that lost their last reader.</summary>
    public ModelGraph WrittenTo(ModelGraph graph)
    {
        var written = ConstantWriter.Replace(graph, _changed).WithInitializers(_added);
        return written with { Initializers = written.Initializers.RemoveRange(_released) };
    }

    private static Tensor Vector(ImmutableArray<long> values) => Tensor.Of([.. values], values.Length);
}
