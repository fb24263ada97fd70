using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>One operand of a pointwise operator, channel by channel: its number where that is always the same, null elsewhere.</summary>
internal sealed record ChannelNumbers(float?[] Numbers)
{
    public static ChannelNumbers Of(float?[]? known, int channels) => new(known ?? new float?[channels]);

    /// <summary>A constant that is broadcast to a value; unknown where it varies along anything but the channels.</summary>
    public static ChannelNumbers Of(Tensor constant, ChannelLayout.Known value)
    {
        var axis = value.Axis - (value.Rank - constant.Shape.Length);
        var channels = axis < 0 ? 1 : constant.Shape[axis];
        return new ChannelNumbers(constant.Type == ElementType.Float32 && constant.Count == channels
            ? [.. constant.Floats.ToArray().Select(n => (float?)n)]
            : new float?[channels]);
    }

    /// <summary>A constant with one number a channel.</summary>
    public static ChannelNumbers OfVector(Tensor constant) =>
        new(constant.Type == ElementType.Float32 ? [.. constant.Floats.ToArray().Select(n => (float?)n)] : new float?[constant.Count]);

    /// <summary>The number at a channel of the result; one channel is repeated for all.</summary>
    public float? At(int channel) => Numbers[Numbers.Length == 1 ? 0 : channel];

    /// <summary>As an operand of the evaluator, zero where a number is not known: one pixel, channels on axis 1; a vector for what belongs to a norm.</summary>
    public Tensor ToTensor(bool asVector)
    {
        float[] numbers = [.. Numbers.Select(n => n ?? 0)];
        return asVector ? Tensor.Of(numbers, numbers.Length) : Tensor.Of(numbers, 1, numbers.Length);
    }
}
