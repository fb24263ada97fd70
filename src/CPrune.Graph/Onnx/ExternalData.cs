using System.Globalization;
using CPrune.Graph.Onnx.Proto;
using Google.Protobuf;

namespace CPrune.Graph.Onnx;

/// <summary>
/// Weights that are stored beside a model, as PyTorch writes them since 2.9 (ONNX's "external data"). Only files of the model's own folder are
/// read: a model may come from anywhere, and names no other file of the machine.
/// </summary>
/// <param name="folder">Of the model; null if it is not a file.</param>
internal sealed class ExternalData(string? folder)
{
    /// <summary>Where each tensor begins: a multiple of this, as ONNX advises, so that the file can be mapped into memory.</summary>
    private const int Alignment = 4096;

    /// <summary>A smaller tensor stays in the model.</summary>
    private const int Smallest = 1024;

    /// <summary>A tensor was read from such a file.</summary>
    public bool WasRead { get; private set; }

    /// <param name="needed">Bytes that the tensor's shape needs.</param>
    /// <param name="error">Of the tensor, with what is wrong.</param>
    public byte[] Read(TensorProto tensor, long needed, Func<string, UserErrorException> error)
    {
        var path = PathOf(tensor, error);
        var (offset, length) = (NumberOf(tensor, "offset", error) ?? 0, NumberOf(tensor, "length", error) ?? needed);
        if (length != needed) throw error($"is stored in {length} bytes where its shape needs {needed}; the file is damaged");
        try
        {
            // A pipe or a device, which could be read for ever, has no length. Offset + length could overflow.
            var size = new FileInfo(path).Length;
            if (offset > size || length > size - offset)
                throw error($"is stored in bytes {offset} to {(decimal)offset + length} of '{path}', which has {size}; copy that file again");
            using var file = File.OpenHandle(path);
            var bytes = new byte[length];
            for (var read = 0; read < bytes.Length;)
            {
                var got = RandomAccess.Read(file, bytes.AsSpan(read), offset + read);
                read += got > 0 ? got : throw error($"is stored in '{path}', which ended while it was read; copy that file again");
            }

            WasRead = true;
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw error($"is stored in '{path}', which cannot be read: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Moves all larger tensors to a file, which is there before the model that names it.</summary>
    public static void MoveTo(string path, IEnumerable<TensorProto> tensors)
    {
        var location = Path.GetFileName(path);
        AtomicFile.Write(path, file =>
        {
            foreach (var tensor in tensors.Where(t => t.RawData.Length >= Smallest))
            {
                file.SetLength((file.Length + Alignment - 1) / Alignment * Alignment);
                file.Position = file.Length;
                Add(tensor, "location", location);
                Add(tensor, "offset", file.Position.ToString(CultureInfo.InvariantCulture));
                Add(tensor, "length", tensor.RawData.Length.ToString(CultureInfo.InvariantCulture));
                tensor.RawData.WriteTo(file);
                (tensor.RawData, tensor.DataLocation) = (ByteString.Empty, TensorProto.Types.DataLocation.External);
            }
        });
    }

    private string PathOf(TensorProto tensor, Func<string, UserErrorException> error)
    {
        if (folder is null) throw error("is stored outside the model; give the model as a file, with its data beside it");
        var location = TextOf(tensor, "location") ?? throw error("names no file that it is stored in; the file is damaged");
        var path = Path.GetFullPath(Path.Combine(folder, location));
        if (Path.IsPathRooted(location) || !IsInside(path)) throw error($"is stored in '{location}', which is not in the model's folder; only files of that folder are read");
        var file = new FileInfo(path);
        if (!file.Exists) throw error($"is stored in '{path}', which is not there; copy it beside the model");
        if (file.ResolveLinkTarget(returnFinalTarget: true) is { } target && !IsInside(target.FullName))
            throw error($"is stored in '{location}', a link out of the model's folder; only files of that folder are read");
        return path;
    }

    private bool IsInside(string path) => path.StartsWith(folder!.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static long? NumberOf(TensorProto tensor, string key, Func<string, UserErrorException> error) => TextOf(tensor, key) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw error($"has the {key} '{text}', which is no number of bytes; the file is damaged");

    private static string? TextOf(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private static void Add(TensorProto tensor, string key, string value) => tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
}
