using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using CPrune.Graph;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Runs;

/// <summary>
/// What makes two commands the same run: the model, the data, the target, the policy, the settings and the options. Only how long it may take can
/// change. Kept in the run's header.
/// </summary>
public static class RunIdentity
{
    private const string Model = "model";
    private const string Data = "data";
    private const string Target = "target";
    private const string OptionPrefix = "option ";
    private const string SettingPrefix = "setting ";
    /// <summary>The header's name among the identity's fields.</summary>
    internal const string HeaderField = "header";
    private const string TimeLimit = "time-limit";

    /// <summary>Options that may change: the limit, and how the place of the data is spelled, whose images tell what they are.</summary>
    private static readonly string[] s_free = [OptionPrefix + TimeLimit, OptionPrefix + Data, OptionPrefix + "selection"];

    public static ImmutableSortedDictionary<string, string> Of(PruneRequest request, string targetKey)
    {
        var identity = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        identity[Model] = Fingerprint(request.ModelBytes.Span);
        identity[Data] = request.Data.Fingerprint;
        identity[Target] = targetKey;
        foreach (var (name, value) in request.Options) identity[OptionPrefix + name] = value;
        foreach (var (name, value) in SettingCatalog.Texts(request.Settings)) identity[SettingPrefix + name] = value;
        return identity.ToImmutable();
    }

    /// <summary>The time limit as the options say it.</summary>
    internal static string TimeLimitOf(IReadOnlyDictionary<string, string> options) => options.GetValueOrDefault(TimeLimit, "none");

    /// <summary>The header of a run whose time limit was changed.</summary>
    internal static RunHeader WithTimeLimit(RunHeader header, string limit) => header with { Options = header.Options.SetItem(TimeLimit, limit) };

    public static string Fingerprint(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];

    /// <summary>The identity with the report's header, as the store keeps them.</summary>
    public static ImmutableSortedDictionary<string, string> WithHeader(ImmutableSortedDictionary<string, string> identity, RunHeader header) =>
        identity.SetItem(HeaderField, Text(header));

    /// <summary>A header as the store keeps it.</summary>
    internal static string Text(RunHeader header) => JsonSerializer.Serialize(header);

    public static RunHeader HeaderOf(IReadOnlyDictionary<string, string> stored) =>
        JsonSerializer.Deserialize<RunHeader>(stored[HeaderField]) ?? throw new InvalidOperationException("the run's header is empty");

    /// <exception cref="UserErrorException">Kind Output: the folder holds another run; the message says in what it differs.</exception>
    public static void Check(string folder, IReadOnlyDictionary<string, string> stored, ImmutableSortedDictionary<string, string> wanted)
    {
        if (stored.GetValueOrDefault(Model) != wanted[Model]) throw Differs(folder, "of another model");
        if (stored.GetValueOrDefault(Data) != wanted[Data]) throw Differs(folder, "on other data");
        if (stored.GetValueOrDefault(Target) != wanted[Target]) throw Differs(folder, "for another target");
        foreach (var name in stored.Keys.Union(wanted.Keys).Where(n => !s_free.Contains(n)).Order(StringComparer.Ordinal))
        {
            var (there, here) = (stored.GetValueOrDefault(name) ?? "not given", wanted.GetValueOrDefault(name) ?? "not given");
            if (there == here) continue;
            if (name.StartsWith(OptionPrefix, StringComparison.Ordinal))
                throw Differs(folder, $"with other options (--{name[OptionPrefix.Length..]}: {there} there, {here} here)");
            if (name.StartsWith(SettingPrefix, StringComparison.Ordinal))
                throw Differs(folder, $"with other settings ({name[SettingPrefix.Length..]}: {there} there, {here} here)");
        }
    }

    private static UserErrorException Differs(string folder, string how) =>
        new(UserErrorKind.Output, $"the folder '{folder}' holds a run {how}; repeat that run's command or choose another folder with -o");
}
