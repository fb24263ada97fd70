using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Devices;

namespace CPrune.Tuning.Variants;

/// <summary>A compiled variant.</summary>
/// <param name="HasChains">Whether any of its kernels run in a chain.</param>
internal sealed record CompiledVariant(string SharedObject, bool HasChains);

/// <summary>Compiles variants of a model into a folder that goes with it, and times them in turn.</summary>
internal sealed class VariantBench(IModelCompiler compiler, IDevice device) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cprune-variants-");
    private int _libraries;

    public CompiledVariant Compile(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules)
    {
        // A path of its own: the system does not read one again while a library from it is loaded.
        var library = Path.Combine(_folder.FullName, $"model{_libraries++}.so");
        var info = compiler.Compile(plan, schedules, library, headerPath: null);
        return new CompiledVariant(library, info.Calls.Any(c => c.Length > 1));
    }

    public async Task<VariantTime> TimeAsync(
        CompiledVariant first, CompiledVariant other, ModelPlan plan, bool isTuned, CompareOptions options, CancellationToken cancellation)
    {
        var ratio = await device.CompareModelsAsync(first.SharedObject, other.SharedObject, options, cancellation).ConfigureAwait(false);
        return new VariantTime(plan.Choices.Variant, ratio.Ratio, ratio.Low, ratio.High, isTuned);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
