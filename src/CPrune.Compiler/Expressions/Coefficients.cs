using System.Collections.Immutable;
using System.Globalization;

namespace CPrune.Compiler.Expressions;

/// <summary>A small matrix of numbers that are known when code is made. Equal by content.</summary>
/// <param name="Values">Row by row.</param>
public sealed record Coefficients(int Rows, int Columns, ImmutableArray<float> Values)
{
    /// <summary>The matrix with these rows, all of one length.</summary>
    public static Coefficients Of(params ReadOnlySpan<float[]> rows)
    {
        var values = ImmutableArray.CreateBuilder<float>();
        foreach (var row in rows) values.AddRange(row);
        if (rows.Length == 0 || values.Count != rows.Length * rows[0].Length) throw new ArgumentException("rows of one length make a matrix", nameof(rows));
        return new Coefficients(rows.Length, rows[0].Length, values.ToImmutable());
    }

    public float this[int row, int column] => Values[row * Columns + column];

    public bool Equals(Coefficients? other) => other is not null && Columns == other.Columns && Values.SequenceEqual(other.Values);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Columns);
        foreach (var value in Values) hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>1 0 -1/0 1 1</c>.</summary>
    public override string ToString() => string.Join('/', Enumerable.Range(0, Rows).Select(row =>
        string.Join(' ', Enumerable.Range(0, Columns).Select(column => this[row, column].ToString("R", CultureInfo.InvariantCulture)))));
}
