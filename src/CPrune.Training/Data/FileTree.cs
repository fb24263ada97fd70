using System.IO.Compression;
using CPrune.Graph;

namespace CPrune.Training.Data;

/// <summary>Files below a folder or inside a zip file, by path relative to it with <c>/</c> between the parts, in ordinal order. Hidden files are left out.</summary>
internal abstract class FileTree : IDisposable
{
    /// <summary>Bytes of the largest file that is read: no image or list of labels needs more.</summary>
    private const long LargestFile = 1L << 27;

    protected FileTree(string spec, IEnumerable<string> entries)
    {
        Spec = spec;
        var visible = entries.Where(IsVisible).Order(StringComparer.Ordinal).ToLookup(e => e.EndsWith('/'));
        Files = [.. visible[false]];
        Folders = [.. visible[true].Select(f => f.TrimEnd('/'))];
    }

    /// <summary>What the user gave, for messages.</summary>
    public string Spec { get; }

    public IReadOnlyList<string> Files { get; }

    /// <summary>Folders, empty ones among them; of a zip file those that it lists.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The bytes of one file. Safe to call from several threads.</summary>
    public abstract byte[] Read(string file);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    public static FileTree Open(string spec) => Directory.Exists(spec) ? new Folder(spec) : Zip.OpenZip(spec);

    private static bool IsVisible(string file) =>
        !file.StartsWith("__MACOSX/", StringComparison.Ordinal) && !file.Split('/').Any(part => part.StartsWith('.'));

    private UserErrorException TooLarge(string file) => DataErrors.Of(
        $"'{file}' at '{Spec}' has more than {LargestFile >> 20} MiB; images and lists are smaller, remove it.");

    private sealed class Folder(string folder) : FileTree(folder, FolderWalk.Entries(folder))
    {
        public override byte[] Read(string file)
        {
            try
            {
                var path = new FileInfo(Path.Combine(Spec, file));
                // A pipe or a device, which could be read for ever, has no length.
                var length = ((path.ResolveLinkTarget(returnFinalTarget: true) as FileInfo) ?? path).Length;
                if (length == 0) throw DataErrors.Of($"'{file}' at '{Spec}' is empty, or no file; remove it.");
                return length <= LargestFile ? File.ReadAllBytes(path.FullName) : throw TooLarge(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw DataErrors.Of($"'{file}' at '{Spec}' cannot be read: {error.Message}", error);
            }
        }
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
                    var entry = _archive.GetEntry(file)!;
                    if (entry.Length > LargestFile) throw TooLarge(file);
                    using var stream = entry.Open();
                    return ReadBounded(stream, file);
                }
            }
            catch (InvalidDataException error)
            {
                throw DataErrors.Of($"'{file}' in '{Spec}' is damaged; fetch the zip file again.", error);
            }
        }

        /// <summary>The length that the archive states may be wrong.</summary>
        private byte[] ReadBounded(Stream stream, string file)
        {
            using var memory = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (memory.Length + read > LargestFile) throw TooLarge(file);
                memory.Write(buffer, 0, read);
            }

            return memory.ToArray();
        }

        public override void Dispose()
        {
            _archive.Dispose();
            base.Dispose();
        }
    }
}
