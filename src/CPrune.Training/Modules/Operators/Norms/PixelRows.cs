using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators.Norms;

/// <summary>The memory of an N × C × H × W tensor whose channels lie last: N·H·W rows of C numbers.</summary>
internal sealed unsafe class PixelRows : IDisposable
{
    private readonly TorchTensor _rows;

    private PixelRows(TorchTensor rows)
    {
        _rows = rows;
        Memory = Unsafe.AsPointer(ref MemoryMarshal.GetReference(rows.bytes));
    }

    public void* Memory { get; }

    /// <summary>Rows can be read where they are.</summary>
    public static bool Fit(TorchTensor tensor)
    {
        if (tensor.dtype is not (torch.ScalarType.Float32 or torch.ScalarType.BFloat16) || tensor.dim() != 4) return false;
        if (tensor.numel() is 0 or > int.MaxValue / sizeof(float)) return false; // TorchSharp shows memory as one span.
        using var rows = tensor.permute(0, 2, 3, 1);
        return rows.is_contiguous();
    }

    /// <summary>Of a tensor that fits.</summary>
    public static PixelRows Of(TorchTensor tensor) => new(tensor.permute(0, 2, 3, 1));

    /// <summary>Of any tensor of four axes; copied where its channels do not lie last.</summary>
    public static PixelRows OrCopy(TorchTensor tensor, torch.ScalarType type)
    {
        using var typed = tensor.to(type);
        using var rows = typed.permute(0, 2, 3, 1);
        return new(rows.contiguous());
    }

    public void Dispose() => _rows.Dispose();
}
