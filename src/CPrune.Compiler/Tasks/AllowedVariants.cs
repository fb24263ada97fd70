namespace CPrune.Compiler.Tasks;

/// <summary>Which variants of a whole model may be used.</summary>
/// <param name="InBlocks">Whether its images lie in blocks of a vector's channels; null: in whichever layout is measured to be faster.</param>
/// <param name="InChains">Whether its kernels run in chains; null: whichever is measured to be faster.</param>
public sealed record AllowedVariants(bool? InBlocks, bool? InChains)
{
    public static AllowedVariants All { get; } = new(null, null);

    /// <summary>Channels last, kernel by kernel.</summary>
    public static AllowedVariants Plain { get; } = new(false, false);
}
