using System.Text.Json.Nodes;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Training.Zoo;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Tests;

public class InspectTests
{
    [Fact]
    public async Task Plain_output_has_a_line_per_task_and_names_what_is_left_alone()
    {
        using var cli = new Cli();
        var plan = ModelPlan.Of(Cli.Read(cli.Model()));
        var result = await cli.RunAsync("inspect", cli.Model());
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(plan.Tasks, t => Assert.Contains(t.Label, result.Out, StringComparison.Ordinal));
        Assert.Contains($"{plan.Tasks.Length} of {plan.Tasks.Length} tasks are untuned", result.Out, StringComparison.Ordinal);
        Assert.Contains("Left alone, because", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Out);
    }

    public static TheoryData<string> Networks => [.. NetworkCatalog.Names];

    [Theory, MemberData(nameof(Networks))]
    public async Task Every_network_has_a_table_with_a_step_or_a_reason_in_each_line(string name)
    {
        using var cli = new Cli();
        var path = Path.Combine(cli.Folder, "net.onnx");
        var net = NetworkCatalog.Find(name, classes: 10, channels: 3, size: 32);
        var softmax = new Node { Name = "softmax", OpType = "Softmax", Inputs = [net.Output.Name], Outputs = ["probabilities"] };
        OnnxFile.Write(path, net with { Nodes = net.Nodes.Add(softmax), Outputs = [net.Output with { Name = "probabilities" }] });

        var result = await cli.RunAsync("inspect", path, "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var tasks = JsonNode.Parse(result.Out.TrimEnd().Split('\n')[^1])!["tasks"]!.AsArray();
        Assert.Contains(tasks, t => t!["step"] is not null);
        Assert.All(tasks, t => Assert.True((t!["step"] is null) != (t["reason"] is null), t.ToJsonString()));
    }

    [Fact]
    public async Task Dead_filters_are_listed_with_their_reasons()
    {
        using var cli = new Cli();
        var path = Path.Combine(cli.Folder, "dead.onnx");
        var net = NetworkCatalog.Find("resnet20", classes: 10, channels: 3, size: 16);
        var weight = net.Initializers["layer1.0.conv1.weight"];
        var data = weight.Floats.ToArray();
        data.AsSpan(2 * 16 * 9, 16 * 9).Clear();
        OnnxFile.Write(path, net.WithInitializer("layer1.0.conv1.weight", Tensor.Of(data, weight.Shape)));

        var result = await cli.RunAsync("inspect", path);
        Assert.Contains("Filters that make no difference, which 'cprune prune' removes first: 1.", result.Out, StringComparison.Ordinal);
        Assert.Contains("  layer1.0.conv1: filter 2 (it is always zero)", result.Out, StringComparison.Ordinal);
        using var other = new Cli();
        var json = JsonNode.Parse((await other.RunAsync("inspect", path, "--json")).Out.TrimEnd().Split('\n')[^1])!;
        Assert.Equal(("layer1.0.conv1", 2), ((string?)json["deadFilters"]![0]!["layer"], (int)json["deadFilters"]![0]!["filter"]!));
    }

    /// <summary>What is not understood is named with its node, and the rest of the model has its steps.</summary>
    [Fact]
    public async Task A_reshape_that_mixes_channels_is_named()
    {
        using var cli = new Cli();
        var path = Path.Combine(cli.Folder, "mixed.onnx");
        var b = new GraphBuilder("mixed", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "before"));
        x = b.Relu(b.Conv(b.Reshape(x, [8, 16, 8], "mixing"), 16, Window.Same(3), name: "after"));
        OnnxFile.Write(path, b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10, "fc")));

        var result = await cli.RunAsync("inspect", path);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Left alone, because Reshape 'mixing' does not keep the channels together: before.", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("together: after", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channels_that_are_left_alone_are_counted_where_others_of_their_layer_can_go()
    {
        using var cli = new Cli();
        var path = Path.Combine(cli.Folder, "part.onnx");
        var b = new GraphBuilder("part", 1);
        var parts = b.Split(b.Relu(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3), name: "before")), 2);
        var x = b.Concat([b.Reshape(b.Reshape(parts[0], [8, 16, 8], "mixing"), [16, 8, 8]), parts[1]]);
        OnnxFile.Write(path, b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(b.Conv(x, 16, Window.Same(3), name: "after"))), 10, "fc")));

        var result = await cli.RunAsync("inspect", path);
        Assert.Contains("Left alone, because Reshape 'mixing' does not keep the channels together: 16 of the channels of before.", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_output_is_one_object_a_line_and_nothing_else()
    {
        using var cli = new Cli();
        var result = await cli.RunAsync("inspect", cli.Model(), "--json");
        var lines = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
        var last = lines[^1];
        Assert.Equal(("result", "inspect"), ((string?)last["event"], (string?)last["command"]));
        var tasks = last["tasks"]!.AsArray();
        Assert.Equal(ModelPlan.Of(Cli.Read(cli.Model())).Tasks.Length, tasks.Count);
        Assert.All(tasks, t => Assert.True((t!["step"] is null) != (t["reason"] is null), t.ToJsonString()));
    }

    [Fact]
    public async Task Times_and_programs_come_from_the_records()
    {
        using var cli = new Cli();
        var task = ModelPlan.Of(Cli.Read(cli.Model())).Tasks[0];
        var schedule = DefaultSchedule.For(task.Computation, FakeWorkshop.Avx2);
        cli.Workshop.Records.Add([Record(task, schedule, 3e-3), Record(task, schedule, 2e-3)]);

        var result = await cli.RunAsync("inspect", cli.Model(), "--target", "x86-64-v3", "--json");
        var row = JsonNode.Parse(result.Out)!["tasks"]!.AsArray().Single(t => t!["schedule"] is not null)!;
        Assert.Equal(2e-3, (double)row["seconds"]!);
        Assert.Equal(2e-3 * task.Multiplicity, (double)row["totalSeconds"]!, 9);
        Assert.Equal(schedule.ToString(), (string?)row["schedule"]);
    }

    [Fact]
    public async Task A_layer_that_is_fastest_in_several_kernels_is_one_row_with_the_filters_of_its_product()
    {
        var rows = await RowsWhereWinogradIsFastAsync();
        var row = rows.First(r => ((string)r!["task"]!).StartsWith("conv 3x3/1 32→32 @8x8 winograd4", StringComparison.Ordinal))!;
        Assert.Equal(3e-5, (double)row["seconds"]!, 9);
        Assert.Equal(["input", "product", "output"], row["kernels"]!.AsArray().Select(k => ((string)k!["task"]!).Split(' ')[1]));
        Assert.StartsWith("32 = ", (string?)row["factors"], StringComparison.Ordinal);
        Assert.True((row["step"] is null) != (row["reason"] is null));
    }

    [Fact]
    public async Task Winograds_algorithm_can_be_ruled_out()
    {
        var (rows, direct) = (await RowsWhereWinogradIsFastAsync(), await RowsWhereWinogradIsFastAsync("--no-winograd"));
        Assert.DoesNotContain(direct, r => ((string)r!["task"]!).Contains("winograd", StringComparison.Ordinal));
        Assert.Equal(rows.Sum(r => r!["subgraphs"]!.AsArray().Count), direct.Sum(r => r!["subgraphs"]!.AsArray().Count));
    }

    private static async Task<JsonArray> RowsWhereWinogradIsFastAsync(params string[] arguments)
    {
        using var cli = new Cli();
        var alternatives = PlanAlternatives.Of(Cli.Read(cli.Model()), PlanAlternatives.AllAlgorithms);
        cli.Workshop.Records.Add(alternatives.Tasks.Select(t => Record(
            t, DefaultSchedule.For(t.Computation, FakeWorkshop.Avx2), t.Label.StartsWith("winograd4", StringComparison.Ordinal) ? 1e-5 : 1e-4)));
        var result = await cli.RunAsync(["inspect", cli.Model(), "--target", "x86-64-v3", "--json", .. arguments]);
        return JsonNode.Parse(result.Out)!["tasks"]!.AsArray();
    }

    private static TuningRecord Record(TuningTask task, Schedule schedule, double seconds) =>
        new(new Conditions(FakeWorkshop.Avx2.Key, CacheState.Warm), task.Key, schedule.ToString(), new LatencyEstimate(seconds, seconds, seconds, 5), null, DateTimeOffset.UnixEpoch);
}
