using System.Collections.Concurrent;

namespace CPrune.Training.Recipes;

/// <summary>Makes items on a thread of its own, a few ahead of the reader, so that torch never waits for them. One thread is enough: a batch takes it a fraction of a training step.</summary>
internal static class Prefetch
{
    private const int Ahead = 3;

    /// <summary>The items of <paramref name="source"/> in order. An error of the source reaches the reader; a reader that stops early stops the source.</summary>
    public static IEnumerable<T> InBackground<T>(IEnumerable<T> source, CancellationToken cancellation)
    {
        using var ready = new BlockingCollection<T>(Ahead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var producer = Task.Run(() =>
        {
            try
            {
                foreach (var item in source) ready.Add(item, stop.Token);
            }
            finally
            {
                ready.CompleteAdding();
            }
        }, CancellationToken.None);
        try
        {
            foreach (var item in ready.GetConsumingEnumerable(cancellation)) yield return item;
            producer.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            Task.WaitAny([producer], CancellationToken.None);
        }
    }
}
