using CPrune.Devices.Host;

namespace CPrune.Tuning.Tests.Devices;

public sealed class CpuCachesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cprune-caches-");

    [Fact]
    public void Data_caches_are_read_nearest_first()
    {
        Write("index3", "3", "Unified", "32M");
        Write("index0", "1", "Data", "48K");
        Write("index1", "1", "Instruction", "32K");
        Write("index2", "2", "Unified", "1024K");
        var caches = CpuCaches.Read(_folder.FullName);
        Assert.Equal([48L << 10, 1L << 20, 32L << 20], caches.Levels);
        Assert.Equal(32L << 20, caches.LastLevel);
    }

    [Fact]
    public void A_system_that_says_nothing_has_a_usual_cache()
    {
        Assert.Equal(32L << 20, CpuCaches.Read(Path.Combine(_folder.FullName, "nothing")).LastLevel);
        Write("index0", "1", "Data", "");
        Assert.Empty(CpuCaches.Read(_folder.FullName).Levels);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string index, string level, string type, string size)
    {
        var folder = _folder.CreateSubdirectory(index);
        File.WriteAllText(Path.Combine(folder.FullName, "level"), $"{level}\n");
        File.WriteAllText(Path.Combine(folder.FullName, "type"), $"{type}\n");
        File.WriteAllText(Path.Combine(folder.FullName, "size"), $"{size}\n");
    }
}
