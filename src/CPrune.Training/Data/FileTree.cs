using System.IO.Compression;

namespace CPrune.Training.Data;

/// <summary>Files below a folder or inside a zip file, by path relative to it with <c>/</c> between the parts, in ordinal order. Hidden files are left out.</summary>
internal abstract class FileTree : IDisposable
{
    protected FileTree(string spec, IEnumerable<string> files)
    {
        Spec = spec;
        Files = [.. files.Where(IsVisible).Order(StringComparer.Ordinal)];
    }

    /// <summary>What the user gave, for messages.</summary>
    public string Spec { get; }

    public IReadOnlyList<string> Files { get; }

    /// <summary>The bytes of one file. Safe to call from several threads.</summary>
    public abstract byte[] Read(string file);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    public static FileTree Open(string spec) => Directory.Exists(spec) ? new Folder(spec) : Zip.OpenZip(spec);

    private static bool IsVisible(string file) =>
        !file.EndsWith('/') && !file.StartsWith("__MACOSX/", StringComparison.Ordinal) && !file.Split('/').Any(part => part.StartsWith('.'));

    private sealed class Folder(string folder) : FileTree(folder, List(folder))
    {
        public override byte[] Read(string file)
        {
            try
            {
                return File.ReadAllBytes(Path.Combine(Spec, file));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw DataErrors.Of($"'{file}' at '{Spec}' cannot be read: {error.Message}", error);
            }
        }

        private static IEnumerable<string> List(string folder) =>
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'));
    }

    private sealed class Zip : FileTree
    {
        private readonly ZipArchive _archive;
        private readonly Lock _reading = new(); // A ZipArchive serves one reader at a time; decoding, the costly part, happens outside.

        private Zip(string path, ZipArchive archive) : base(path, archive.Entries.Select(e => e.FullName)) => _archive = archive;

        public static Zip OpenZip(string path)
        {
            try
            {
                return new(path, ZipFile.OpenRead(path));
            }
            catch (InvalidDataException error)
            {
                throw DataErrors.Of($"'{path}' is neither a folder nor a whole zip file; give one of them, or '{DataCatalog.Builtin}'.", error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw DataErrors.Of($"'{path}' cannot be read: {error.Message}", error);
            }
        }

        public override byte[] Read(string file)
        {
            try
            {
                lock (_reading)
                {
                    using var stream = _archive.GetEntry(file)!.Open();
                    using var memory = new MemoryStream();
                    stream.CopyTo(memory);
                    return memory.ToArray();
                }
            }
            catch (InvalidDataException error)
            {
                throw DataErrors.Of($"'{file}' in '{Spec}' is damaged; fetch the zip file again.", error);
            }
        }

        public override void Dispose()
        {
            _archive.Dispose();
            base.Dispose();
        }
    }
}
