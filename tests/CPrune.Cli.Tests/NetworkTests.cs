using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Tests;
using CPrune.Runtime;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Tests;

public class NetworkTests
{
    public static TheoryData<string> Networks => [.. NetworkCatalog.Names];

    [Theory, MemberData(nameof(Networks))]
    public void Every_network_that_can_be_made_compiles_and_agrees_with_ONNX_Runtime(string name)
    {
        using var cli = new Cli();
        var net = NetworkCatalog.Find(name, classes: 10, channels: 3, size: 64);
        var library = Path.Combine(cli.Folder, "net.so");
        new ModelCompiler(TargetCatalog.Find("host", 2)).Compile(ModelPlan.Of(net), new Dictionary<string, Schedule>(), library, null);
        using var compiled = NativeModel.Load(library, 2);
        var image = Referee.Data(1, 1, 3, 64, 64);
        var scores = new float[10];

        compiled.Run(image.Floats, scores);

        Referee.AssertClose(Referee.Run(net, image)[0], Tensor.Of(scores, 1, 10), 1e-4);
    }
}
