using System.Globalization;

namespace CPrune.Compiler.Llvm;

/// <summary>
/// Blends of two vectors. Those of 512 bits take their mask from a register: LLVM makes shuffles of a blend whose mask it knows, and these go through the
/// same pipes as multiply-adds (a convolution of 25 filters took 140 µs with them and takes 95 µs without), so it is not told. Shorter vectors have a
/// blend with the mask in the instruction.
/// </summary>
internal sealed class BlendEmitter(IrBuilder builder, VectorType type)
{
    private const int LanesOfMaskRegisters = 16;

    private readonly SortedSet<int> _masks = [];

    /// <summary><paramref name="upper"/> in the lanes from <paramref name="from"/> on, <paramref name="lower"/> in those before.</summary>
    public string At(int from, string lower, string upper) =>
        builder.Emit($"select {type.Mask} {Mask(from)}, {type.Float} {upper}, {type.Float} {lower}");

    /// <summary>The masks as constants of the module.</summary>
    public IEnumerable<string> Definitions() =>
        _masks.Select(from => $"{Name(from)} = private unnamed_addr constant i16 {unchecked((short)(ushort.MaxValue << from))}");

    private string Mask(int from)
    {
        if (type.Lanes != LanesOfMaskRegisters) return type.LaneMask(from, type.Lanes);
        _masks.Add(from);
        var bits = builder.Hoist(builder.Root, $"load i16, ptr {Name(from)}");
        return builder.Hoist(builder.Root, $"bitcast i16 {bits} to {type.Mask}");
    }

    private static string Name(int from) => "@from" + from.ToString(CultureInfo.InvariantCulture);
}
