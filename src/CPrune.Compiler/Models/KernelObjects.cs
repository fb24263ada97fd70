using System.Security.Cryptography;
using System.Text;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>A kernel in machine code.</summary>
internal sealed record CompiledKernel(KernelSource Source, byte[] Object);

/// <summary>
/// Compiled kernels of one target by workload and schedule: the most recently used in memory, and where a folder is given all of them there.
/// Thread-safe.
/// </summary>
internal sealed class KernelObjects(Target target, string? folder)
{
    private const int Kept = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), LinkedListNode<((string, string) Key, CompiledKernel Kernel)>> _kernels = [];
    private readonly LinkedList<((string, string) Key, CompiledKernel Kernel)> _recent = new();

    /// <exception cref="ArgumentException">The schedule does not fit the computation; the message says why.</exception>
    public CompiledKernel Get(Computation computation, Schedule schedule)
    {
        var key = (computation.Key, schedule.ToString());
        lock (_lock)
        {
            if (_kernels.TryGetValue(key, out var known))
            {
                _recent.Remove(known);
                _recent.AddFirst(known);
                return known.Value.Kernel;
            }
        }

        var kernel = Compile(computation, schedule);
        lock (_lock)
        {
            if (_kernels.ContainsKey(key)) return kernel;
            _kernels[key] = _recent.AddFirst((key, kernel));
            if (_kernels.Count <= Kept) return kernel;
            _kernels.Remove(_recent.Last!.Value.Key);
            _recent.RemoveLast();
        }

        return kernel;
    }

    private CompiledKernel Compile(Computation computation, Schedule schedule) => KernelCompiler.Lower(computation, schedule, target) switch
    {
        KernelResult.Ok(var source) => new CompiledKernel(source, ObjectOf(source.IrText)),
        KernelResult.Refused(var reason) => throw new ArgumentException($"the schedule '{schedule}' does not fit its computation: {reason}", nameof(schedule)),
        var other => throw new InvalidOperationException($"unknown result {other}"),
    };

    private byte[] ObjectOf(string irText)
    {
        if (folder is null) return ObjectCompiler.Compile(irText, target);
        // The version is this build's: another may compile the same text with other passes.
        var version = typeof(ObjectCompiler).Module.ModuleVersionId;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{version}\n{target.Key}\n{irText}")));
        var path = Path.Combine(folder, $"{name}.o");
        if (File.Exists(path)) return File.ReadAllBytes(path);
        var compiled = ObjectCompiler.Compile(irText, target);
        Directory.CreateDirectory(folder);
        AtomicFile.Write(path, compiled);
        return compiled;
    }
}
