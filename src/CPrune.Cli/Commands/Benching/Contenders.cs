using CPrune.Cli.Composition;
using CPrune.Cli.Reference;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices.Host;
using CPrune.Reporting.Benching;
using CPrune.Runtime;

namespace CPrune.Cli.Commands.Benching;

/// <summary>Ways to run one model, ready to be timed in turn.</summary>
internal sealed class Contenders(IWorkshop workshop, CliEnvironment environment, Target target) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cprune-bench-");
    private readonly List<Contender> _contenders = [];

    public CompiledContender AddCompiled(string name, ContenderRole role, ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules)
    {
        // A path of its own: the system does not read one again while a library from it is loaded.
        var path = Path.Combine(_folder.FullName, $"model{_contenders.Count}.so");
        var info = workshop.CreateCompiler(target, environment.CacheFolder).Compile(plan, schedules, path, headerPath: null);
        var compiled = new CompiledContender(NativeModel.Load(path, target.Threads), info);
        _contenders.Add(new Contender(name, role, compiled.RunOnce, compiled));
        return compiled;
    }

    /// <summary>Looks into one of our codes: takes its turns, but not part in the comparison.</summary>
    public KernelProfile AddProfile(CompiledContender compiled)
    {
        var profile = compiled.Profile();
        _contenders.Add(new Contender("profile", null, profile.RunOnce, compiled));
        return profile;
    }

    /// <exception cref="Graph.UserErrorException">Kind Model: the peer refuses the model.</exception>
    public OnnxRuntimeRunner AddReference(ReadOnlyMemory<byte> model)
    {
        var reference = OnnxRuntimeRunner.ForOneImage(model, target.Threads);
        _contenders.Add(new Contender(workshop.OpenReference(environment.Clock).Name, ContenderRole.Reference, reference.Run, reference));
        return reference;
    }

    /// <param name="isCold">Whether the caches are emptied before every timed run.</param>
    public Task<IReadOnlyList<ContenderTime>> TimeAsync(int turns, IProgress<double> progress, CancellationToken cancellation, bool isCold = false)
    {
        var eviction = isCold ? new CacheEviction() : null;
        return new InterleavedTiming(environment.Clock, eviction is null ? null : () => eviction.Sweep(target.Threads))
            .MeasureAsync(_contenders, turns, progress, cancellation);
    }

    public void Dispose()
    {
        foreach (var contender in _contenders) contender.Resource.Dispose();
        _folder.Delete(recursive: true);
    }
}
