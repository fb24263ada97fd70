using System.Collections.Immutable;
using CPrune.Cli.Reference;
using CPrune.Compiler.Models;
using CPrune.Reporting.Benching;
using CPrune.Runtime;

namespace CPrune.Cli.Commands.Benching;

/// <summary>Our code for a model, ready to run one image.</summary>
internal sealed class CompiledContender(NativeModel model, CompiledModelInfo info) : IDisposable
{
    private readonly float[] _input = PatternImage.Of(model.InputShape.Aggregate(1L, (n, d) => n * d));
    private readonly float[] _scores = new float[model.OutputShape.Aggregate(1, (n, d) => n * d)];

    /// <inheritdoc cref="CompiledModelInfo.Calls"/>
    public ImmutableArray<ImmutableArray<int>> Calls => info.Calls;

    public MemoryUse Memory { get; } = new(info.WorkspaceBytes, info.WorkspaceBytes);

    public void RunOnce() => model.Run(_input, _scores);

    public KernelProfile Profile() => new(model, _input, _scores);

    public void Dispose() => model.Dispose();
}
