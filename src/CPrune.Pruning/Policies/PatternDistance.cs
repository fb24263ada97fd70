namespace CPrune.Pruning.Policies;

/// <summary>How far a name is from matching a pattern: letters to change, add or take away (Levenshtein); what a wildcard stands for costs nothing.</summary>
internal static class PatternDistance
{
    public static int Between(string pattern, string name)
    {
        var previous = Enumerable.Range(0, name.Length + 1).ToArray();
        for (var i = 1; i <= pattern.Length; i++)
        {
            var isStar = pattern[i - 1] == '*';
            var current = new int[name.Length + 1];
            current[0] = previous[0] + (isStar ? 0 : 1);
            for (var j = 1; j <= name.Length; j++)
            {
                var isSame = pattern[i - 1] == '?' || pattern[i - 1] == name[j - 1];
                current[j] = isStar
                    ? Math.Min(previous[j], current[j - 1])
                    : Math.Min(previous[j - 1] + (isSame ? 0 : 1), Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[name.Length];
    }
}
