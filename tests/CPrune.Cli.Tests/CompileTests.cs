using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CPrune.Cli.Composition;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Tuning.Records;
using CPrune.Tuning.Variants;

namespace CPrune.Cli.Tests;

/// <summary>With the real parts: a foreign target needs no device.</summary>
public class CompileTests
{
    private static readonly (string Target, short Machine) Foreign =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ("x86-64-v3", (short)62) : ("aarch64", (short)183);

    [Fact]
    public async Task A_model_is_written_for_another_machine_under_the_name_asked_for()
    {
        using var cli = new Cli();
        var library = Path.Combine(cli.Folder, "out", "net.so");

        var result = await cli.RunAsync(new Workshop(), "compile", cli.Model(), "--target", Foreign.Target, "--threads", "2", "-o", library);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        // e_machine of the ELF header
        Assert.Equal(Foreign.Machine, BitConverter.ToInt16(File.ReadAllBytes(library), 18));
        Assert.Contains("net_create(int threads)", File.ReadAllText(Path.Combine(cli.Folder, "out", "net.h")), StringComparison.Ordinal);
        Assert.Contains("tasks have no record of this target and run by default schedules", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_that_the_records_know_run_as_their_fastest_program()
    {
        using var cli = new Cli();
        var (library, model, workshop) = (Path.Combine(cli.Folder, "net.so"), cli.Model(), new Workshop());
        var target = workshop.FindTarget(Foreign.Target, 1);
        var task = ModelPlan.Of(Cli.Read(model)).Tasks[0];
        using (var records = new Owned<IRecordStore>(workshop.OpenRecords(Path.Combine(cli.Folder, "cprune"))))
            records.Value.Add([Record(target.Key, task, Schedule.Parse("order oc oh ow ic kh kw"), 2e-3)]);

        var result = await cli.RunAsync(workshop, "compile", model, "--target", Foreign.Target, "-o", library, "--json");

        var rows = JsonNode.Parse(result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!["tasks"]!.AsArray();
        Assert.Equal("order oc oh ow ic kh kw", (string?)rows.Single(r => r!["schedule"] is not null)!["schedule"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false, "--chains", "off")]
    [InlineData(false, "--layout", "channels-last")]
    public async Task A_model_is_written_in_the_variant_that_was_chosen_where_the_options_are_the_same(bool chosen, params string[] options)
    {
        using var cli = new Cli();
        var (library, model, workshop) = (Path.Combine(cli.Folder, "net.so"), cli.Model(), new Workshop());
        var target = workshop.FindTarget(Foreign.Target, 1);
        var (key, variant) = (ModelAlternatives.Of(Cli.Read(model), PlanAlternatives.AllAlgorithms, AllowedVariants.All, target).Key, new ModelVariant { Block = target.MaxLanes, InChains = true });
        using (var records = new Owned<IRecordStore>(workshop.OpenRecords(Path.Combine(cli.Folder, "cprune"))))
            records.Value.Note(new NotedChoice(new Conditions(target.Key, CacheState.Warm), key, new ModelChoice(variant, ModelVariant.Plain, []), DateTimeOffset.UnixEpoch));

        var result = await cli.RunAsync(workshop, ["compile", model, "--target", Foreign.Target, "-o", library, "--json", .. options]);

        var written = JsonNode.Parse(result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!["variant"]!;
        Assert.Equal(chosen ? (target.MaxLanes, true) : (0, false), ((int)written["block"]!, (bool)written["inChains"]!));
    }

    [Theory]
    [InlineData("tune")]
    [InlineData("bench", "--trials", "0")]
    public async Task What_times_code_says_that_it_cannot_be_run_here(string command, params string[] options)
    {
        using var cli = new Cli();
        var result = await cli.RunAsync(new Workshop(), [command, cli.Model(), "--target", Foreign.Target, .. options]);

        Assert.Equal(5, result.ExitCode);
        Assert.StartsWith($"error: this machine cannot run code for {Foreign.Target}, because it is of the architecture ", result.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            $": tune and time on a machine of that kind; 'cprune compile --target {Foreign.Target}' writes a library for it here{Environment.NewLine}",
            result.Error, StringComparison.Ordinal);
    }

    private static TuningRecord Record(string target, TuningTask task, Schedule schedule, double seconds) =>
        new(new Conditions(target, CacheState.Warm), task.Key, schedule.ToString(), new LatencyEstimate(seconds, seconds, seconds, 5), null, DateTimeOffset.UnixEpoch);
}
