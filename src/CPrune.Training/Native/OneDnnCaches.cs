using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using CPrune.Graph;
using TorchSharp;

namespace CPrune.Training.Native;

/// <summary>
/// What oneDNN, inside libtorch, takes for the sizes of the processor's data caches: fields of one variable (<c>Xbyak::util::Cpu</c>), which it fills at its first use and reads whenever it plans a kernel.
/// </summary>
/// <param name="Variable">Where the variable lies, from where the library is loaded.</param>
internal sealed record OneDnnCaches(long Variable)
{
    public const string FileName = "libtorch_cpu.so";
    public const string Name = "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_"; // dnnl::impl::cpu::x64::cpu()::cpu_
    public const long Size = 0x90;

    private const int FeaturesAt = 0;
    private const int FeatureBytes = 16;
    private const int SizesAt = 0x1c;
    private const int LevelsAt = 0x6c;
    private const int Most = 10;
    private const int TooSmall = 1 << 10;

    /// <summary>Bytes a core, as processors have had them at least for ten years; block sizes follow them, results do not.</summary>
    private static readonly int[] Usual = [32 << 10, 512 << 10, 2 << 20];

    /// <returns>Null: this libtorch does not name the variable, or its layout is another.</returns>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Target"/>: the file is damaged.</exception>
    public static unsafe OneDnnCaches? Find(string library)
    {
        if (!File.Exists(library) || new FileInfo(library).Length > int.MaxValue) return null;
        using var file = MemoryMappedFile.CreateFromFile(library, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        using var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* bytes = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref bytes);
        try
        {
            return ElfSymbols.FindVariable(new(bytes, (int)new FileInfo(library).Length), Name, Size) is { } variable ? new(variable) : null;
        }
        catch (InvalidDataException error)
        {
            throw new UserErrorException(UserErrorKind.Target, $"{library} is damaged ({error.Message}); build CPrune again.", error);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>Gives every cache that oneDNN takes for (almost) empty a usual size. Call once libtorch is loaded and before it computes anything that matters.</summary>
    /// <returns>Whether no cache is taken for empty now; false: the variable does not hold what it should.</returns>
    public bool Mend()
    {
        FillVariable();
        if (LoadedAt(File.ReadLines("/proc/self/maps")) is not { } start) return false;
        var variable = (nint)(start + Variable);
        return Mend(index => Marshal.ReadInt32(variable, index), (index, value) => Marshal.WriteInt32(variable, index, value));
    }

    /// <param name="read">A field of 32 bits at an offset in bytes.</param>
    /// <param name="write">Sets one.</param>
    public static bool Mend(Func<int, int> read, Action<int, int> write)
    {
        // A processor has some features: without any, nobody has filled the variable yet.
        if (Enumerable.Range(0, FeatureBytes / sizeof(int)).All(i => read(FeaturesAt + (i * sizeof(int))) == 0)) return false;
        if (read(LevelsAt) is not (>= 0 and <= Most and var levels)) return false;
        for (var level = 0; level < levels; level++)
        {
            var at = SizesAt + (sizeof(int) * level);
            if (read(at) < 0) return false;
            if (read(at) < TooSmall) write(at, Usual[Math.Min(level, Usual.Length - 1)]);
        }

        return true;
    }

    /// <param name="mappings">Lines of Linux's <c>/proc/self/maps</c>: <c>start-end rights offset device inode path</c>; the first one of a library is where it begins.</param>
    /// <returns>Null: the library is not loaded.</returns>
    public static long? LoadedAt(IEnumerable<string> mappings)
    {
        const string Replaced = " (deleted)";
        var line = mappings.FirstOrDefault(l => l.EndsWith($"/{FileName}", StringComparison.Ordinal) || l.EndsWith($"/{FileName}{Replaced}", StringComparison.Ordinal));
        return line is null ? null : long.Parse(line.AsSpan(0, line.IndexOf('-', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>The smallest convolution is right with caches of any size, and asks oneDNN for what the processor can do, whichever of the two computes it.</summary>
    private static void FillVariable()
    {
        using var one = torch.ones(1, 1, 1, 1);
        torch.nn.functional.conv2d(one, one).Dispose();
    }
}
