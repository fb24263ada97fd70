namespace CPrune.Architecture.Tests;

internal static class Nothing
{
    /// <summary>Fails with every finding on a line of its own.</summary>
    public static void In(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
