using System.CommandLine;
using System.Globalization;
using CPrune.Cli.Commands.Pruning;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Settings;
using CPrune.Pruning.Steps;
using CPrune.Training.Zoo;

namespace CPrune.Cli.Tests;

/// <summary>What is asked for on the command line is what a run is given.</summary>
public class SearchArgumentTests
{
    [Theory]
    [InlineData("l1", typeof(L1Saliency), "l1")]
    [InlineData("l2", typeof(L2Saliency), "l2")]
    [InlineData("fpgm", typeof(FpgmSaliency), "fpgm")]
    [InlineData("bn", typeof(BatchNormSaliency), "bn")]
    [InlineData("taylor", typeof(TaylorSaliency), "taylor")]
    [InlineData("flexrel", typeof(FlexRelSaliency), "flexrel:0.5")]
    [InlineData("flexrel:0", typeof(FlexRelSaliency), "flexrel:0")]
    [InlineData("flexrel:0.3", typeof(FlexRelSaliency), "flexrel:0.3")]
    [InlineData("flexrel:0.00001", typeof(FlexRelSaliency), "flexrel:1E-05")]
    [InlineData("flexrel:1", typeof(FlexRelSaliency), "flexrel:1")]
    public void A_saliency_is_found_by_its_name(string text, Type type, string name)
    {
        foreach (var asked in new[] { text, name })
        {
            var walk = new SearchArguments();
            var saliency = walk.SaliencyOf(Parsed(walk.AddTo, "--saliency", asked));
            Assert.IsType(type, saliency);
            Assert.Equal(name, saliency!.Name);
        }
    }

    [Theory]
    [InlineData("structure", typeof(StructureStep), "structure")]
    [InlineData("paper", typeof(PaperStep), "paper")]
    [InlineData("1", typeof(FixedStep), "fixed 1")]
    [InlineData("4096", typeof(FixedStep), "fixed 4096")]
    public void A_step_rule_is_what_was_asked_for(string text, Type type, string name)
    {
        var walk = new SearchArguments();
        var result = Parsed(walk.AddTo, "--step-rule", text);
        Assert.IsType(type, walk.StepRuleOf(result));
        Assert.Equal(name, walk.StepRuleOf(result).Name);
        Assert.Contains(new("step-rule", text), walk.Texts(result));
    }

    [Fact]
    public void Options_reach_the_run()
    {
        using var cli = new Cli();
        var job = Job(cli, "--no-depth", "--keep", "conv1", "--max-cut", "layer1.*=0.25", "--max-layer-cut", "0.5", "--saliency", "fpgm", "--step-rule", "8");

        Assert.False(job.Request.Limits.Depth);
        Assert.Equal(0.5, job.Request.Limits.MaxLayerCut);
        Assert.Equal(
            [new LayerCap("--keep 'conv1'", "conv1", 0), new LayerCap("--max-cut 'layer1.*=0.25'", "layer1.*", 0.25)], job.Request.Limits.LayerCaps);
        Assert.IsType<FpgmSaliency>(job.Saliency);
        Assert.Equal("fixed 8", job.StepRule.Name);
        foreach (var (option, value) in new[] { ("no-depth", "True"), ("keep", "conv1"), ("max-cut", "layer1.*=0.25"), ("saliency", "fpgm"), ("step-rule", "8") })
            Assert.Equal(value, job.Request.Options[option]);
    }

    [Fact]
    public void Without_them_it_takes_blocks_spares_nothing_and_judges_as_the_policy_does()
    {
        using var cli = new Cli();
        var job = Job(cli);

        Assert.True(job.Request.Limits.Depth);
        Assert.Empty(job.Request.Limits.LayerCaps);
        Assert.Null(job.Saliency);
        Assert.DoesNotContain("saliency", job.Request.Options.Keys);
        Assert.IsType<StructureStep>(job.StepRule);
    }

    [Fact]
    public void A_validation_set_selects_and_belongs_to_the_runs_identity()
    {
        using var cli = new Cli();
        var own = TinyData.Cifar(Path.Combine(cli.Folder, "own"), perBatch: 30, seed: 2);
        var job = Job(cli, "--selection", own);
        Assert.Equal((100, 30, 20, 20), Counts(job));
        Assert.Equal(own, job.Request.Options["selection"]);
        Assert.Equal((100, 8, 12, 20), Counts(Job(cli)));
        Assert.False(Job(cli).Request.Options.ContainsKey("selection"));

        static (int Train, int Selection, int Unseen, int Test) Counts(PruneJob job) =>
            (job.Request.Data.Train.Count, job.Request.Data.Selection.Count, job.Request.Data.Unseen.Count, job.Request.Data.Test.Count);
    }

    [Theory]
    [InlineData("speed=2", "--set 'speed=2': there is no setting 'speed'; there are {0}")]
    [InlineData("learning-rate", "--set 'learning-rate': learning-rate takes a number from 0 to 10 (rate), for example learning-rate=0.01")]
    [InlineData("learning-rate=fast", "--set 'learning-rate=fast': learning-rate takes a number from 0 to 10 (rate), for example learning-rate=0.01")]
    [InlineData("learning-rate=11", "--set 'learning-rate=11': learning-rate takes a number from 0 to 10 (rate), for example learning-rate=0.01")]
    [InlineData("batch=1.5", "--set 'batch=1.5': batch takes a whole number from 1 to 65536 (images), for example batch=128")]
    public void A_setting_that_cannot_be_is_told(string assignment, string message)
    {
        var search = new SearchArguments();
        var error = Assert.Throws<UserErrorException>(() => search.SettingsOf(Parsed(search.AddTo, "--set", assignment)));
        Assert.Equal(
            (UserErrorKind.Usage, string.Format(CultureInfo.InvariantCulture, message, string.Join(", ", SettingCatalog.All.Select(s => s.Name)))),
            (error.Kind, error.Message));
    }

    [Fact]
    public void Settings_are_changed_by_their_options_and_by_set()
    {
        var search = new SearchArguments();
        var settings = search.SettingsOf(Parsed(search.AddTo, "--trials", "12", "--set", "learning-rate=0.01", "--set", "batch=32"));
        Assert.Equal(new PruneSettings { Trials = 12, LearningRate = 0.01, Batch = 32 }, settings);
    }

    private static PruneJob Job(Cli cli, params string[] options)
    {
        var path = Path.Combine(cli.Folder, "small.onnx");
        OnnxFile.Write(path, NetworkCatalog.Find("resnet20", classes: 10, channels: 3, size: 32));
        var arguments = new PruneArguments();
        var result = Parsed(arguments.AddTo, [path, "--data", TinyData.Cifar(cli.Folder), "--latency-budget", "5", .. options]);
        var environment = new CliEnvironment(TextWriter.Null, TextWriter.Null, IsTerminal: false, _ => cli.Folder, TimeProvider.System);
        return arguments.Open(result, arguments.ModelOf(result, new PlainOutput(TextWriter.Null, TimeProvider.System)), cli.Workshop, environment, TestContext.Current.CancellationToken);
    }

    private static ParseResult Parsed(Action<Command> options, params string[] arguments)
    {
        var command = new Command("prune");
        options(command);
        var result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        return result;
    }
}
