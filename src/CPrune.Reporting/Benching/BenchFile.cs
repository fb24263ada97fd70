using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CPrune.Graph;

namespace CPrune.Reporting.Benching;

/// <summary>Reads what <c>cprune bench --json</c> wrote.</summary>
public static class BenchFile
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <exception cref="UserErrorException">Kind Usage: no such file, or no finished bench in it.</exception>
    public static BenchResult Read(string path)
    {
        if (!File.Exists(path)) throw new UserErrorException(UserErrorKind.Usage, $"there is no file '{path}'; give what 'cprune bench MODEL --json' wrote");
        try
        {
            foreach (var line in File.ReadLines(path).Reverse())
                if (JsonNode.Parse(line) is JsonObject found && (string?)found["event"] == "result" && (string?)found["command"] == "bench")
                    return found.Deserialize<BenchResult>(Format)!;
        }
        catch (JsonException error)
        {
            throw new UserErrorException(UserErrorKind.Usage, $"'{path}' is not what 'cprune bench MODEL --json' writes: {error.Message}", error);
        }

        throw new UserErrorException(UserErrorKind.Usage, $"'{path}' holds no result: let 'cprune bench MODEL --json' come to its end");
    }
}
