namespace CPrune.Cli.Tests;

/// <summary>Mistakes in the command line: one line on the error output, exit code 2, nothing done.</summary>
public class UsageErrorTests
{
    [Theory]
    [InlineData("error: no command is given; give one, for example 'cprune prune' (see 'cprune --help')")]
    [InlineData("error: no command is given; give one, for example 'cprune records list' (see 'cprune records --help')", "records")]
    [InlineData("error: 'fly' is no command or option here (see 'cprune --help')", "fly")]
    [InlineData("error: '--fast' is no command or option here (see 'cprune tune --help')", "tune", "m.onnx", "--fast")]
    [InlineData("error: required argument 'MODEL' missing for command: 'inspect' (see 'cprune inspect --help')", "inspect")]
    [InlineData("error: required argument 'FILE' missing for command: 'export' (see 'cprune records export --help')", "records", "export")]
    [InlineData("error: --best '-1' is not a whole number of at least 0 (see 'cprune records prune --help')", "records", "prune", "--best", "-1")]
    [InlineData("error: option '--data' is required (see 'cprune eval --help')", "eval", "m.onnx")]
    [InlineData("error: --trials 'many' is not a whole number from 1 to 100000 (see 'cprune tune --help')", "tune", "m.onnx", "--trials", "many")]
    [InlineData("error: --layout 'nchw' is not 'auto', 'channels-last' or 'blocked' (see 'cprune tune --help')", "tune", "m.onnx", "--layout", "nchw")]
    [InlineData("error: --precision 'half' is not 'auto', 'float32' or 'bfloat16' (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--max-drop", "1", "--precision", "half")]
    [InlineData("error: --precision '16' is not 'auto', 'float32' or 'bfloat16' (see 'cprune train --help')", "train", "quicknet", "--data", "d", "-o", "m.onnx", "--precision", "16")]
    [InlineData("error: --seeds '4..0' is no list of at most 100 different seeds: write for example 0..4 or 0,3,7 (see 'cprune compare --help')", "compare", "m.onnx", "--data", "d", "--max-drop", "1", "--seeds", "4..0")]
    [InlineData("error: --seeds '0..100' is no list of at most 100 different seeds: write for example 0..4 or 0,3,7 (see 'cprune compare --help')", "compare", "m.onnx", "--data", "d", "--max-drop", "1", "--seeds", "0..100")]
    [InlineData("error: --seeds '1,1' is no list of at most 100 different seeds: write for example 0..4 or 0,3,7 (see 'cprune compare --help')", "compare", "m.onnx", "--data", "d", "--max-drop", "1", "--seeds", "1,1")]
    [InlineData("error: --seeds 'all' is no list of at most 100 different seeds: write for example 0..4 or 0,3,7 (see 'cprune compare --help')", "compare", "m.onnx", "--data", "d", "--max-drop", "1", "--seeds", "all")]
    [InlineData("error: give --seed or --seeds, not both (see 'cprune compare --help')", "compare", "m.onnx", "--data", "d", "--max-drop", "1", "--seed", "0", "--seeds", "0,1")]
    [InlineData("error: --chains 'yes' is not 'auto', 'on' or 'off' (see 'cprune compile --help')", "compile", "m.onnx", "--chains", "yes")]
    [InlineData("error: --threads '0' is not a whole number from 1 to 256 (see 'cprune tune --help')", "tune", "m.onnx", "--threads", "0")]
    [InlineData("error: --seed '-1' is not a whole number of at least 0 (see 'cprune tune --help')", "tune", "m.onnx", "--seed", "-1")]
    [InlineData("error: --time-limit '30x' is not a duration: write for example 90s, 30m or 2h (see 'cprune tune --help')", "tune", "m.onnx", "--time-limit", "30x")]
    [InlineData("error: --min-accuracy 'high' is not an accuracy: write for example 0.92 or 92% (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--min-accuracy", "high")]
    [InlineData("error: say what is to be reached: give --min-accuracy (for example 92%), --max-drop (for example 1.0), --latency-budget (milliseconds) or --trace (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d")]
    [InlineData("error: give --min-accuracy or --max-drop, not both (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--min-accuracy", "0.9", "--max-drop", "1")]
    [InlineData("error: give --latency-budget or --trace, not both (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--latency-budget", "2.5", "--trace")]
    [InlineData("error: --latency-budget '-1' is not a number of milliseconds above 0: write for example 2.5 (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--latency-budget", "-1")]
    [InlineData("error: --policy 'best' is none of knapsack, predict, flops, uniform, uncut, cprune, netadapt (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--trace", "--policy", "best")]
    [InlineData("error: --alpha '1.5' is not a number from 0.5 to 1 (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--max-drop", "1", "--alpha", "1.5")]
    [InlineData("error: --step-rule 'big' is not 'structure', 'paper' or a whole number from 1 to 4096 (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--max-drop", "1", "--step-rule", "big")]
    [InlineData("error: --saliency 'flexrel:2' is not 'l1', 'l2', 'fpgm', 'bn', 'taylor' or 'flexrel', which takes a weight from 0 to 1 as in 'flexrel:0.3' (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--max-drop", "1", "--saliency", "flexrel:2")]
    [InlineData("error: --short-images 'all' is not a whole number of at least 0 (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--max-drop", "1", "--short-images", "all")]
    [InlineData("error: --std '0.2,0,0.2' is not a list of numbers, one per channel: write for example 0.485,0.456,0.406 (see 'cprune eval --help')", "eval", "m.onnx", "--data", "d", "--std", "0.2,0,0.2")]
    [InlineData("error: --max-cut 'conv1' is not a pattern and a share: write for example 'layer1.*=0.25' (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--max-drop", "1", "--max-cut", "conv1")]
    [InlineData("error: --max-cut 'conv1=half' is not a pattern and a share: write for example 'layer1.*=0.25' (see 'cprune prune --help')", "prune", "m.onnx", "--data", "d", "--max-drop", "1", "--keep", "fc", "--max-cut", "conv1=half")]
    public async Task A_mistake_is_one_line_and_code_2(string message, params string[] arguments)
    {
        using var cli = new Cli();
        Assert.Equal(new CliResult(2, "", message + Environment.NewLine), await cli.RunAsync(arguments));
    }

    [Fact]
    public async Task Mean_and_std_go_together()
    {
        using var cli = new Cli();
        var data = TinyData.Cifar(cli.Folder);
        Assert.Equal(
            new CliResult(2, "", "error: --mean and --std go together: give both or none" + Environment.NewLine),
            await cli.RunAsync("eval", cli.Model(), "--data", data, "--mean", "0.5,0.5,0.5"));
    }

    [Theory]
    [InlineData("--keep", "layer4.*", "'layer1.0.conv1', 'layer1.0.conv2', 'layer1.1.conv1'")]
    [InlineData("--max-cut", "conv2=0.5", "'conv1', 'fc', 'layer1.0.conv2'")]
    public async Task A_pattern_without_layers_is_told_with_the_nearest(string option, string value, string nearest)
    {
        using var cli = new Cli();
        var result = await cli.RunAsync("prune", cli.Model(), "--data", TinyData.Cifar(cli.Folder), "--max-drop", "1", "--keep", "conv1", "--keep", "fc", option, value, "-o", Path.Combine(cli.Folder, "out"));
        Assert.Equal((2, $"error: {option} '{value}' matches no convolution or dense layer of the model; the nearest are {nearest}" + Environment.NewLine), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task An_unknown_network_is_told_with_the_known_ones()
    {
        using var cli = new Cli();
        var result = await cli.RunAsync("train", "alexnet", "--data", TinyData.Cifar(cli.Folder), "-o", Path.Combine(cli.Folder, "m.onnx"));
        Assert.Equal(2, result.ExitCode);
        Assert.Equal($"error: there is no network 'alexnet'; known are {string.Join(", ", CPrune.Training.Zoo.NetworkCatalog.Names)}" + Environment.NewLine, result.Error);
        Assert.False(File.Exists(Path.Combine(cli.Folder, "m.onnx")));
    }

    [Theory]
    [InlineData("prune")]
    [InlineData("tune")]
    [InlineData("compile")]
    [InlineData("bench")]
    [InlineData("inspect")]
    [InlineData("records", "list")]
    [InlineData("records", "export")]
    [InlineData("records", "import")]
    [InlineData("records", "prune")]
    [InlineData("eval")]
    [InlineData("train")]
    [InlineData("new")]
    [InlineData("quickstart")]
    public async Task Every_command_explains_itself(params string[] command)
    {
        using var cli = new Cli();
        var result = await cli.RunAsync([.. command, "--help"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"cprune {string.Join(' ', command)}", result.Out, StringComparison.Ordinal);
        Assert.Contains("--json", result.Out, StringComparison.Ordinal);
    }
}
