using CPrune.Devices.Host;

namespace CPrune.Tuning.Tests.Devices;

public class WorkerLocatorTests
{
    /// <summary>What a heap is set to for training is not what an application times its model with.</summary>
    [Fact]
    public void A_worker_has_the_heap_that_the_C_library_gives_it()
    {
        const string Settings = "GLIBC_TUNABLES";
        var before = Environment.GetEnvironmentVariable(Settings);
        Environment.SetEnvironmentVariable(Settings, "glibc.malloc.mmap_max=0");
        try
        {
            Assert.DoesNotContain(Settings, WorkerLocator.StartInfo().Environment.Keys);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Settings, before);
        }
    }
}
