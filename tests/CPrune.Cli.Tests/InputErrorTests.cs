using CPrune.Graph;

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
        AssertOneLine(result.Error, $"cannot write to the folder '{Path.Combine(model, "below-a-file")}'");
        AssertOneLine(result.Error, "choose another with -o");
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
