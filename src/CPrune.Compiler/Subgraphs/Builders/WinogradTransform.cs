using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>
/// Winograd's minimal filtering F(m×m, 3×3) in two dimensions: <c>Y = Aᵀ[(G w Gᵀ) ∘ (Bᵀ d B)]A</c> for tiles of m×m outputs made from
/// (m+2)×(m+2) inputs (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016; points 0, ±1, ±2 and ∞ for m = 4). The transforms of
/// activations are products of sparser matrices, so that what two points share is computed once.
/// </summary>
/// <param name="Outputs">m.</param>
/// <param name="Input">Bᵀ as factors, the leftmost first.</param>
/// <param name="Output">Aᵀ as factors, the leftmost first.</param>
/// <param name="Weight">G, in double precision: its entries have no exact form in binary.</param>
internal sealed record WinogradTransform(int Outputs, Coefficients[] Input, Coefficients[] Output, double[][] Weight)
{
    public const int Window = 3;

    /// <summary>Points of a tile along one dimension: m + 2.</summary>
    public int Points => Outputs + Window - 1;

    public static WinogradTransform F2 { get; } = new(
        2,
        [
            Coefficients.Of(
                [1, 0, -1, 0],
                [0, 1, 1, 0],
                [0, -1, 1, 0],
                [0, -1, 0, 1]),
        ],
        [
            Coefficients.Of(
                [1, 1, 1, 0],
                [0, 1, -1, 1]),
        ],
        [
            [1, 0, 0],
            [0.5, 0.5, 0.5],
            [0.5, -0.5, 0.5],
            [0, 0, 1],
        ]);

    public static WinogradTransform F4 { get; } = new(
        4,
        [
            Coefficients.Of(
                [1, 0, 0, 0, 0, 0],
                [0, 1, 1, 0, 0, 0],
                [0, 1, -1, 0, 0, 0],
                [0, 0, 0, 1, 2, 0],
                [0, 0, 0, 1, -2, 0],
                [0, 0, 0, 0, 0, 1]),
            Coefficients.Of(
                [4, 0, -5, 0, 1, 0],
                [0, 0, -4, 0, 1, 0],
                [0, -4, 0, 1, 0, 0],
                [0, 0, -1, 0, 1, 0],
                [0, -1, 0, 1, 0, 0],
                [0, 4, 0, -5, 0, 1]),
        ],
        [
            Coefficients.Of(
                [1, 1, 0, 1, 0, 0],
                [0, 0, 1, 0, 2, 0],
                [0, 1, 0, 4, 0, 0],
                [0, 0, 1, 0, 8, 1]),
            Coefficients.Of(
                [1, 0, 0, 0, 0, 0],
                [0, 1, 1, 0, 0, 0],
                [0, 1, -1, 0, 0, 0],
                [0, 0, 0, 1, 1, 0],
                [0, 0, 0, 1, -1, 0],
                [0, 0, 0, 0, 0, 1]),
        ],
        [
            [1.0 / 4, 0, 0],
            [-1.0 / 6, -1.0 / 6, -1.0 / 6],
            [-1.0 / 6, 1.0 / 6, -1.0 / 6],
            [1.0 / 24, 1.0 / 12, 1.0 / 6],
            [1.0 / 24, -1.0 / 12, 1.0 / 6],
            [0, 0, 1],
        ]);
}
