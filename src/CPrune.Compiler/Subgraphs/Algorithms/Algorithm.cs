using System.Text.Json.Serialization;

namespace CPrune.Compiler.Subgraphs.Algorithms;

/// <summary>How a convolution is computed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Algorithm>))]
public enum Algorithm
{
    /// <summary>One sum over window and channels.</summary>
    Direct,

    /// <summary>Winograd's F(2×2, 3×3): tiles of 2×2 outputs, 16 products instead of 36.</summary>
    Winograd2,

    /// <summary>Winograd's F(4×4, 3×3): tiles of 4×4 outputs, 36 products instead of 144; less exact.</summary>
    Winograd4,
}
