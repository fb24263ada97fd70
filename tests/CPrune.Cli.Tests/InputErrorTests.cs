using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;

namespace CPrune.Cli.Tests;

/// <summary>Input that cannot be used: the kind of error is the exit code, the message is one line, and nothing is written.</summary>
public class InputErrorTests
{
    [Fact]
    public async Task A_model_that_is_not_there_is_code_3()
    {
        using var cli = new Cli();
        Assert.Equal(
            new CliResult(3, "", "error: there is no file 'missing.onnx'; give the path of an ONNX model" + Environment.NewLine),
            await cli.RunAsync("inspect", "missing.onnx"));
    }

    [Fact]
    public async Task An_operator_that_is_unknown_is_named_with_its_node_and_nothing_is_left()
    {
        using var cli = new Cli();
        var path = Path.Combine(cli.Folder, "odd.onnx");
        var b = new GraphBuilder("odd", 1);
        OnnxFile.Write(path, b.Build(b.Unary("Rolu", b.Input(3, 4, 4), name: "middle")));
        var folder = Path.Combine(cli.Folder, "new", "out");
        var result = await cli.RunAsync("prune", path, "--data", TinyData.Cifar(cli.Folder), "--max-drop", "1", "-o", folder);
        Assert.Equal(3, result.ExitCode);
        AssertOneLine(result.Error, "the operator Rolu of node Rolu 'middle' is not supported");
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder)));
    }

    [Fact]
    public async Task A_truncated_model_is_code_3()
    {
        using var cli = new Cli();
        var path = Path.Combine(cli.Folder, "half.onnx");
        var whole = File.ReadAllBytes(cli.Model());
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        Assert.Equal(
            new CliResult(3, "", $"error: '{path}' is truncated or damaged; copy or export the ONNX model again" + Environment.NewLine),
            await cli.RunAsync("bench", path));
    }

    [Fact]
    public async Task Incomplete_data_is_code_4_and_the_folder_made_for_the_run_goes_again()
    {
        using var cli = new Cli();
        var (data, folder) = (TinyData.Cifar(cli.Folder), Path.Combine(cli.Folder, "new", "out"));
        File.Delete(Path.Combine(data, "data_batch_3.bin"));
        var result = await cli.RunAsync("prune", cli.Model(), "--data", data, "--max-drop", "1", "-o", folder);
        Assert.Equal(4, result.ExitCode);
        AssertOneLine(result.Error, $"the CIFAR-10 data at '{data}' is incomplete: data_batch_3.bin (or data_batch_3.bin.gz) is missing");
        Assert.False(Directory.Exists(Path.GetDirectoryName(folder)));
    }

    [Fact]
    public async Task Data_that_is_not_there_is_code_4()
    {
        using var cli = new Cli();
        var result = await cli.RunAsync("eval", cli.Model(), "--data", Path.Combine(cli.Folder, "nothing"));
        Assert.Equal(4, result.ExitCode);
        AssertOneLine(result.Error, "nothing");
    }

    [Fact]
    public async Task Images_of_another_size_are_code_4()
    {
        using var cli = new Cli();
        var result = await cli.RunAsync("eval", cli.Model(), "--data", TinyData.Cifar(cli.Folder));
        Assert.Equal(4, result.ExitCode);
        AssertOneLine(result.Error, "16x16");
    }

    [Fact]
    public async Task A_target_that_is_not_there_is_code_5()
    {
        using var cli = new Cli();
        cli.Workshop.Target = () => throw new UserErrorException(UserErrorKind.Target, "unknown target 'z80': known are host and x86-64-v3.");
        Assert.Equal(
            new CliResult(5, "", "error: unknown target 'z80': known are host and x86-64-v3" + Environment.NewLine),
            await cli.RunAsync("inspect", cli.Model(), "--target", "z80"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_code_6()
    {
        using var cli = new Cli();
        var model = cli.Model();
        var result = await cli.RunAsync("tune", model, "-o", Path.Combine(model, "below-a-file"));
        Assert.Equal(6, result.ExitCode);
        AssertOneLine(result.Error, $"cannot create or write to the folder '{Path.Combine(model, "below-a-file")}' (");
        AssertOneLine(result.Error, "); choose another with -o");
    }

    [Theory]
    [InlineData("taken", "train", "resnet20", "--data", "builtin")]
    [InlineData("new/", "train", "resnet20", "--data", "builtin")]
    [InlineData("taken", "new", "quicknet")]
    public async Task A_folder_in_the_place_of_the_model_is_code_6_before_any_work(string name, params string[] command)
    {
        using var cli = new Cli();
        Directory.CreateDirectory(Path.Combine(cli.Folder, "taken"));
        var path = Path.Combine(cli.Folder, name);
        Assert.Equal(
            new CliResult(6, "", $"error: cannot write '{path}': it is a folder; give a file with -o" + Environment.NewLine),
            await cli.RunAsync([.. command, "-o", path]));
        Assert.False(Directory.Exists(Path.Combine(cli.Folder, "new")));
    }

    [Fact]
    public async Task A_defect_is_code_1_and_says_how_to_see_more()
    {
        using var cli = new Cli();
        cli.Workshop.Target = () => throw new InvalidOperationException("first line\nsecond line");
        var result = await cli.RunAsync("inspect", cli.Model());
        Assert.Equal(new CliResult(
            1, "",
            "error: unexpected InvalidOperationException: first line second line; this is a defect of cprune: run again with CPRUNE_DEBUG=1 for the stack trace, and report it"
            + Environment.NewLine), result);

        cli.Variables["CPRUNE_DEBUG"] = "1";
        Assert.Contains("at CPrune.Cli", (await cli.RunAsync("inspect", cli.Model())).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interrupted; measured programs are kept: give the same command again to go on", "tune")]
    [InlineData("interrupted: nothing is lost; give the same command again to go on", "prune", "--data", "x", "--max-drop", "1")]
    [InlineData("interrupted", "inspect")]
    public async Task An_interruption_is_code_130_and_says_whether_work_is_kept(string message, string command, params string[] rest)
    {
        using var cli = new Cli();
        cli.Workshop.Target = () =>
        {
            cli.Workshop.Stop.Cancel();
            throw new OperationCanceledException(cli.Workshop.Stop.Token);
        };
        Assert.Equal(new CliResult(130, "", message + Environment.NewLine), await cli.RunAsync([command, cli.Model(), .. rest]));
    }

    private static void AssertOneLine(string error, string part)
    {
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.Equal(1, error.AsSpan().Count('\n'));
    }
}
