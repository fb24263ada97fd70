using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CPrune.Devices.Host.Protocol;

/// <summary>
/// One message on a pipe: the header's length and the payload's length (int32, little-endian), the header as JSON, the payload as it is.
/// </summary>
internal static class Frame
{
    /// <summary>Both ends must agree; raised with every change of a message.</summary>
    public const int Version = 4;

    /// <summary>Above any real header: a larger number means that the stream is not speaking this protocol.</summary>
    private const int LargestHeader = 1 << 20;

    public static async Task WriteAsync<T>(
        Stream stream, T header, JsonTypeInfo<T> type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, type);
        var start = new byte[8 + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(start, json.Length);
        BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(4), payload.Length);
        json.CopyTo(start, 8);
        await stream.WriteAsync(start, cancellation).ConfigureAwait(false);
        if (!payload.IsEmpty) await stream.WriteAsync(payload, cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <exception cref="EndOfStreamException">The other end is gone.</exception>
    /// <exception cref="InvalidDataException">The stream does not speak this protocol.</exception>
    public static async Task<(T Header, byte[] Payload)> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var lengths = new byte[8];
        await stream.ReadExactlyAsync(lengths, cancellation).ConfigureAwait(false);
        var headerLength = BinaryPrimitives.ReadInt32LittleEndian(lengths);
        var payloadLength = BinaryPrimitives.ReadInt32LittleEndian(lengths.AsSpan(4));
        if (headerLength is <= 0 or > LargestHeader || payloadLength < 0)
            throw new InvalidDataException($"a frame announces a header of {headerLength} and a payload of {payloadLength} bytes");
        var header = new byte[headerLength];
        await stream.ReadExactlyAsync(header, cancellation).ConfigureAwait(false);
        var payload = payloadLength == 0 ? [] : new byte[payloadLength];
        await stream.ReadExactlyAsync(payload, cancellation).ConfigureAwait(false);
        try
        {
            return (JsonSerializer.Deserialize(header, type) ?? throw new InvalidDataException("a frame has an empty header"), payload);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("a frame's header cannot be read", error);
        }
    }
}
