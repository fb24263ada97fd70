namespace CPrune.Graph.Tests;

public class UserCacheTests
{
    [Theory]
    [InlineData("/cache", "/home/one", "/cache/cprune")]
    [InlineData("", "/home/one", "/home/one/.cache/cprune")]
    [InlineData(null, "/home/one", "/home/one/.cache/cprune")]
    public void The_cache_folder_is_the_one_that_is_named_or_lies_at_home(string? cache, string? home, string folder) =>
        Assert.Equal(folder, UserCache.Folder(name => name switch { "XDG_CACHE_HOME" => cache, "HOME" => home, _ => null }));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Without_a_home_the_system_knows_it(string? home) => Assert.Equal(
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "cprune"), UserCache.Folder(name => name == "HOME" ? home : null));
}
