using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Training.Data;
using CPrune.Training.Recipes;
using CPrune.Training.Tests.Data;
using CPrune.Training.Zoo;

namespace CPrune.Training.Tests.Zoo;

/// <summary>The trained network that the repository carries.</summary>
public class QuickstartModelTests
{
    [Fact]
    public void It_is_the_quick_network_trained_on_the_builtin_data()
    {
        var trained = OnnxFile.Read(FilePath());
        var untrained = NetworkCatalog.Find("quicknet", 12, 3, 32);
        Assert.Equal(untrained.Nodes.Select(n => n.Label), trained.Nodes.Select(n => n.Label));
        Assert.Equal(
            untrained.Initializers.Select(i => $"{i.Key} {Shapes.Text(i.Value.Shape)}"), trained.Initializers.Select(i => $"{i.Key} {Shapes.Text(i.Value.Shape)}"));
        Assert.InRange(new FileInfo(FilePath()).Length, 1, 3 << 20);

        var data = DataFiles.Open(DataCatalog.Builtin);
        var images = data.Test.Take([.. Enumerable.Range(0, 600)]);
        var accuracy = new TorchTrainer().Evaluate(trained, images, data.Normalization, TestContext.Current.CancellationToken);
        Assert.InRange(accuracy.Top1, 0.90, 0.985); // Good, with room above: not a task that is solved.
    }

    private static string FilePath()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "CPrune.slnx"))) folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new InvalidOperationException("CPrune.slnx is in no folder above the tests"), "models", "quickstart.onnx");
    }
}
