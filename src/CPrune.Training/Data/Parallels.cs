namespace CPrune.Training.Data;

/// <summary>Parallel loops whose first error reaches the caller as it is, not wrapped in an aggregate.</summary>
internal static class Parallels
{
    public static void For(int count, Action<int> body, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, body);
        }
        catch (AggregateException error)
        {
            // Several images may be bad; the one named first is enough to act on.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }
}
