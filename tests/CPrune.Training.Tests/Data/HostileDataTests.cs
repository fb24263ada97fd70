using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using CPrune.Graph;
using CPrune.Training.Data;
using SkiaSharp;

namespace CPrune.Training.Tests.Data;

/// <summary>Data that would cost all memory or never end: refused with the file's name, in no time.</summary>
public sealed class HostileDataTests : IDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new();

    public HostileDataTests()
    {
        for (var i = 0; i < 5; i++)
            foreach (var name in (string[])["dark", "light"]) _folder.Write($"{name}/{i}.png", DataFiles.Picture(8, 8, SKColors.Gray));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnImageThatClaimsToBeHugeIsNotAllocated()
    {
        _folder.Write("dark/9.png", HeaderOnly(50_000, 50_000));
        Refuses($"the image 'dark/9.png' at '{_folder.Root}' cannot be read (it has 50000x50000 pixels, and 178,956,970 are the most); replace or remove it.");
    }

    [Theory]
    [InlineData(2_147_483_647)]
    [InlineData(1_500_000_000)]
    [InlineData(1_000_000)]
    public void AClassNumberBeyondAllMeasureIsNamedByItsLine(int number)
    {
        _folder.Write("labels.csv", Encoding.UTF8.GetBytes($"file,class\ndark/0.png,0\nlight/0.png,{number}\n"));
        Refuses($"line 3 of 'labels.csv' at '{_folder.Root}' has the class {number}; classes are numbered from 0, and none is above 999,999.");
    }

    [Fact]
    public void ALinkToTheFolderItselfIsNotWalkedForEver()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "dark", "again"), _folder.Root);
        Refuses($"'dark/again' at '{_folder.Root}' is a link to a folder that it lies in; remove it.");
    }

    [Fact]
    public void LinksThatLeadToEachOtherAreNotWalkedForEver()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "dark", "other"), "../light");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "light", "other"), "../dark");
        Refuses($"'dark/other/other' at '{_folder.Root}' is a link to a folder that it lies in; remove it.");
    }

    /// <summary>Large data sets are linked together out of folders elsewhere.</summary>
    [Fact]
    public void ALinkToAnotherFolderIsFollowed()
    {
        using var elsewhere = new TempFolder();
        for (var i = 0; i < 5; i++) elsewhere.Write($"{i}.png", DataFiles.Picture(8, 8, SKColors.Blue));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "linked"), elsewhere.Root);
        Assert.Equal(["dark", "light", "linked"], DataFiles.OpenParts(_folder.Root, size: 8).Train.ClassNames);
    }

    [Fact]
    public void APipeIsNotReadFrom()
    {
        using (var made = Process.Start("mkfifo", Path.Combine(_folder.Root, "dark", "9.png"))) made.WaitForExit();
        Refuses($"'dark/9.png' at '{_folder.Root}' is empty, or no file; remove it.");
    }

    [Fact]
    public void ALinkToADeviceIsNotReadFrom()
    {
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "dark", "9.png"), "/dev/zero");
        Refuses($"'dark/9.png' at '{_folder.Root}' is empty, or no file; remove it.");
    }

    [Fact]
    public void AZipThatUnpacksToGigabytesIsNotUnpacked()
    {
        var path = Path.Combine(_folder.Root, "data.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (var name in (string[])["a/0.png", "b/0.png"])
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                var zeros = new byte[1 << 20];
                for (var i = 0; i <= 128; i++) entry.Write(zeros);
            }
        }

        var error = Assert.Throws<UserErrorException>(() => DataFiles.OpenParts(path, size: 8));
        Assert.Equal(UserErrorKind.Data, error.Kind);
        Assert.Matches($"^'[ab]/0.png' at '{path}' has more than 128 MiB; images and lists are smaller, remove it.$", error.Message);
    }

    private void Refuses(string message)
    {
        var clock = Stopwatch.StartNew();
        UserErrors.AssertSays(UserErrorKind.Data, message, () => DataFiles.OpenParts(_folder.Root, size: 8));
        Assert.True(clock.Elapsed < s_soon, $"it took {clock.Elapsed}");
    }

    /// <summary>The beginning of a PNG file: nothing but its size.</summary>
    private static byte[] HeaderOnly(int width, int height)
    {
        var header = new byte[17];
        "IHDR"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), height);
        (header[12], header[13]) = (8, 2);
        var crc = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc(header));
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. header, .. crc, 0, 0, 0, 0, .. "IDAT"u8, 0x35, 0xaf, 0x06, 0x1e];
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
        }

        return ~crc;
    }
}
