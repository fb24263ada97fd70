using TorchSharp;
using static TorchSharp.torch.autograd;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators.Norms;

/// <summary><see cref="NormStep"/> as a part of torch's graph of gradients. Reached by <see cref="Of"/>.</summary>
internal sealed class NormFunction : SingleTensorFunction<NormFunction>
{
    private const string Step = "step";

    /// <summary>
    /// Gradients handed to torch last. TorchSharp keeps handles of them until the scope of the training step ends, and with them their
    /// memory; torch has read
    /// them by the time that the next ones are asked for.
    /// </summary>
    [ThreadStatic]
    private static List<TorchTensor>? s_handed;

    public override string Name => "batch norm";

    /// <summary>The batch normalised with its own statistics.</summary>
    /// <param name="input">Which <see cref="NormStep.Fits"/>.</param>
    public static TorchTensor Of(TorchTensor input, NormParameters parameters)
    {
        if (torch.is_grad_enabled()) return apply(input, parameters.Scale, parameters.Bias, parameters);
        using var step = new NormStep(input, parameters);
        return step.Output();
    }

    public override TorchTensor forward(AutogradContext ctx, params object[] vars)
    {
        var step = new NormStep((TorchTensor)vars[0], (NormParameters)vars[3]);
        ctx.save_data(Step, step);
        return step.Output();
    }

    public override List<TorchTensor> backward(AutogradContext ctx, TorchTensor grad_output)
    {
        s_handed?.ForEach(t => t.Dispose());
        using var step = (NormStep)ctx.get_data(Step);
        var (input, scale, bias) = step.Gradients(grad_output);
        grad_output.Dispose();
        s_handed = [input, scale, bias];
        return [input, scale, bias, null!];
    }
}
