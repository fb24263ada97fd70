namespace CPrune.Compiler.Models.Chains;

/// <summary>Which kernels run as a chain in a model that is to run in chains (<see cref="Subgraphs.Algorithms.ModelVariant.InChains"/>). The defaults fit second-level caches from 512 KiB up.</summary>
/// <param name="LeastBytes">A value smaller than this stays in the cache between two kernels anyway.</param>
/// <param name="StripBytes">What the members may write for one strip.</param>
/// <param name="WeightBytes">What the members may read anew for every strip.</param>
/// <param name="MostMembers">Rows that threads compute twice add up along a chain.</param>
public sealed record ChainLimits(long LeastBytes = 384 << 10, long StripBytes = 256 << 10, long WeightBytes = 512 << 10, int MostMembers = 8);
