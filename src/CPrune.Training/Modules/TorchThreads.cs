using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CPrune.Training.Native;
using TorchSharp;

namespace CPrune.Training.Modules;

/// <summary>
/// Runs work of our own on as many threads as torch has, and on the same ones where it can (GNU OpenMP): after a layer torch's threads go
/// on waiting busily for the
/// next one, and others would have to share the cores with them.
/// </summary>
internal static unsafe class TorchThreads
{
    private static readonly delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void> Parallel = Find();

    /// <summary>
    /// Calls <paramref name="body"/> once with each number from 0; which thread gets which is not fixed. An error of the body is thrown
    /// here.
    /// </summary>
    public static void Run(int parts, Action<int> body)
    {
        var threads = Math.Min(parts, torch.get_num_threads());
        var work = new Work(parts, body);
        if (threads <= 1) work.Run();
        else if (Parallel == null) System.Threading.Tasks.Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ => work.Run());
        else RunOnTorchs(work, threads);
        if (work.Error is { } error) throw new InvalidOperationException($"a thread of torch's failed: {error.Message}", error);
    }

    private static void RunOnTorchs(Work work, int threads)
    {
        var handle = GCHandle.Alloc(work);
        Parallel(&Enter, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        handle.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(nint work) => ((Work)GCHandle.FromIntPtr(work).Target!).Run();

    private static delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void> Find()
    {
        if (!OperatingSystem.IsLinux() || TorchRuntime.FindLibrary() is not { } torch) return null;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(torch)!, "libgomp*.so*"))
            if (NativeLibrary.TryLoad(file, out var library) && NativeLibrary.TryGetExport(library, "GOMP_parallel", out var address))
                return (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)address;
        return null;
    }

    /// <summary>Parts that threads take one after the other.</summary>
    private sealed class Work(int parts, Action<int> body)
    {
        private int _taken;
        private Exception? _error;

        public Exception? Error => _error;

        /// <summary>Never throws: nothing may leave it into native code.</summary>
        public void Run()
        {
            try
            {
                for (int part; (part = Interlocked.Increment(ref _taken) - 1) < parts;) body(part);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref _error, error, null);
            }
        }
    }
}
