using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CPrune.Reporting.Results;

/// <summary>How figures are written as JSON, in files and on the standard output alike: camelCase names, words instead of numbers for cases.</summary>
public static class ResultJson
{
    /// <summary>All on one line.</summary>
    public static JsonSerializerOptions Line { get; } = Options(indented: false);

    /// <summary>For a file that people may read, too.</summary>
    internal static JsonSerializerOptions File { get; } = Options(indented: true);

    private static JsonSerializerOptions Options(bool indented) => new()
    {
        WriteIndented = indented,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
