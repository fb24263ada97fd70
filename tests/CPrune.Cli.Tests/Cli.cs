using CPrune.Cli.Composition;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Tests;

/// <summary>What a command said and how it ended.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error);

/// <summary>Runs commands in this process, with a folder of their own that goes afterwards.</summary>
internal sealed class Cli : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("cprune-cli-").FullName;

    public Dictionary<string, string> Variables { get; } = [];

    public FakeWorkshop Workshop { get; } = new();

    public Task<CliResult> RunAsync(params string[] arguments) => RunAsync(Workshop, arguments);

    public async Task<CliResult> RunAsync(IWorkshop workshop, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var environment = new CliEnvironment(
            output, error, IsTerminal: false, name => name == "XDG_CACHE_HOME" ? Folder : Variables.GetValueOrDefault(name), TimeProvider.System);
        var code = await CommandLine.RunAsync(arguments, environment, workshop, Workshop.Stop.Token);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    /// <summary>A small network with random weights, as a file.</summary>
    public string Model()
    {
        var path = Path.Combine(Folder, "resnet.onnx");
        OnnxFile.Write(path, NetworkCatalog.Find("resnet20", classes: 10, channels: 3, size: 16));
        return path;
    }

    public static ModelGraph Read(string path) => OnnxFile.Read(path);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
