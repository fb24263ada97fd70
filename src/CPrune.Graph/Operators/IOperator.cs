using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>What an ONNX operator means: the shapes of its outputs and, in plain loops, their elements.</summary>
public interface IOperator
{
    /// <summary>ONNX's name of the operator, in the domain "".</summary>
    string OpType { get; }

    /// <summary>False where the shapes of the inputs alone decide the result, as for <c>Shape</c>.</summary>
    bool ReadsValues => true;

    /// <summary>The shape of each output.</summary>
    /// <exception cref="UserErrorException">The attributes or the inputs' shapes do not fit the operator.</exception>
    ImmutableArray<ImmutableArray<int>> Shapes(OperatorCall call);

    /// <summary>The outputs; every input's value is known.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Shapes"/>, or an element type that is not computed with.</exception>
    ImmutableArray<Tensor> Evaluate(OperatorCall call);
}
