namespace CPrune.Compiler.Roofline;

/// <summary>
/// Code that computes nothing and shows how fast a machine can do one thing. Called like any kernel, <c>void symbol(float** buffers, int64 begin, int64
/// end)</c>: the one buffer is read, nothing is written, and each of the turns <c>[begin, end)</c> does the same work.
/// </summary>
/// <param name="IrText">The module.</param>
/// <param name="BufferLength">Floats of the buffer.</param>
/// <param name="Turns">Turns of one run, to be shared among threads.</param>
/// <param name="Work">What one run does: operations, or bytes.</param>
public sealed record RateKernel(string Symbol, string IrText, int BufferLength, int Turns, double Work);
