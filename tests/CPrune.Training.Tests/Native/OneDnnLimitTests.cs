using CPrune.Training.Native;

namespace CPrune.Training.Tests.Native;

public class OneDnnLimitTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("AVX512_CORE_BF16", true)]
    [InlineData("AVX512_CORE_AMX", true)]
    [InlineData("AVX512_CORE", false)]
    [InlineData("avx2", false)]
    [InlineData("SSE41", false)]
    public void Bfloat16_is_for_limits_with_its_instructions(string? limit, bool allowed) => Assert.Equal(allowed, OneDnnLimit.AllowsBFloat16(limit));

    [Theory]
    [InlineData("SSE41", true)]
    [InlineData("sse41", true)]
    [InlineData("AVX2", false)]
    [InlineData(null, false)]
    public void Only_the_lowest_limit_is_safe_with_caches_of_any_size(string? limit, bool safe) => Assert.Equal(safe, OneDnnLimit.IsSafe(limit));

    [Fact]
    public void The_limit_is_what_the_process_was_started_with_or_the_safe_one() =>
        Assert.Contains(OneDnnLimit.Current, new[] { Environment.GetEnvironmentVariable(OneDnnLimit.Variable), OneDnnLimit.Safe });
}
