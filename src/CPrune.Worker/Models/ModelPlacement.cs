using CPrune.Devices.Inputs;
using CPrune.Runtime;
using CPrune.Worker.Timing;

namespace CPrune.Worker.Models;

/// <summary>
/// Models loaded from fresh copies of their libraries, behind some memory that nobody uses: weights, code and workspace then lie in other pages than
/// in the last placement.
/// </summary>
internal sealed class ModelPlacement : IPlacement
{
    private const int InputSeed = 1;
    private const int PageBytes = 4096;
    private const int MostPages = 256;

    private readonly byte[] _gap;
    private readonly List<NativeModel> _models = [];

    /// <exception cref="InvalidOperationException">A library cannot be loaded; the message says which.</exception>
    public ModelPlacement(IEnumerable<string> libraries, Random random)
    {
        _gap = new byte[random.Next(MostPages) * PageBytes];
        // Untouched memory has no pages.
        for (var at = 0; at < _gap.Length; at += PageBytes) _gap[at] = 1;
        var programs = new List<Action<int>>();
        try
        {
            foreach (var library in libraries)
            {
                var model = Load(library);
                _models.Add(model);
                programs.Add(Runner(model));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Programs = programs;
    }

    public IReadOnlyList<Action<int>> Programs { get; }

    public void Dispose()
    {
        foreach (var model in _models) model.Dispose();
        GC.KeepAlive(_gap);
    }

    private static NativeModel Load(string library)
    {
        var copy = "";
        try
        {
            copy = Copy(library);
            return NativeModel.Load(copy);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(copy.Length > 0 ? error.Message.Replace(copy, library, StringComparison.Ordinal) : error.Message, error);
        }
        finally
        {
            // What is loaded stays loaded without its name.
            if (copy.Length > 0) File.Delete(copy);
        }
    }

    /// <summary>Beside the original, because the system's temporary folder may not allow code to be loaded from it; there only where that folder may not be written.</summary>
    private static string Copy(string library)
    {
        var beside = $"{library}.{Environment.ProcessId}.tmp";
        try
        {
            File.Copy(library, beside, overwrite: true);
            return beside;
        }
        catch (UnauthorizedAccessException)
        {
            var temporary = Path.Combine(Path.GetTempPath(), Path.GetFileName(beside));
            File.Copy(library, temporary, overwrite: true);
            return temporary;
        }
    }

    private static Action<int> Runner(NativeModel model)
    {
        var input = SeededInputs.Fill(new float[Count(model.InputShape)], InputSeed, bufferIndex: 0);
        var output = new float[Count(model.OutputShape)];
        return times =>
        {
            for (var time = 0; time < times; time++) model.Run(input, output);
        };
    }

    private static int Count(IReadOnlyList<int> shape) => shape.Aggregate(1, (n, extent) => n * extent);
}
