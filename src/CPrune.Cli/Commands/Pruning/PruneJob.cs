using System.Collections.Immutable;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Steps;
using CPrune.Reporting;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>What was asked for, ready to be run by one policy or by several.</summary>
/// <param name="Request">Without a folder; its options say everything but the policy.</param>
internal sealed record PruneJob(
    IWorkshop Workshop, CliEnvironment Environment, Target Target, IReferenceRuntime Reference, IStepRule StepRule, ISaliency Saliency, PruneRequest Request)
{
    public const string ReportFile = "report.html";
    private const string PolicyOption = "policy";

    /// <summary>Runs a policy to the end, or behind where an earlier sitting was, and writes the report.</summary>
    /// <param name="recordFolder">Where its tuning records are kept.</param>
    public async Task<RunRecord> RunAsync(string policy, string folder, string recordFolder, IOutput output, CancellationToken cancellation)
    {
        var clock = Environment.Clock;
        var request = Request with { OutputFolder = folder, Options = Request.Options.ToImmutableDictionary().SetItem(PolicyOption, policy) };
        using var records = new Owned<IRecordStore>(Workshop.OpenRecords(recordFolder));
        await using var device = Workshop.OpenDevice(Target, Workshop.CachesFor(ModelPlan.Of(request.Model)), clock);
        var services = new PruneServices(
            device, Workshop.CreateTuner(device, records.Value, clock), Workshop.CreateCompiler(Target, Environment.CacheFolder), Workshop.CreateTrainer(clock), Saliency,
            StepRule, PolicyCatalog.Find(policy), Reference, clock)
        {
            Records = records.Value,
        };
        var run = new PruneRun(request, services);
        var record = await output.WithProgressAsync("Pruning", progress => Task.Run(() => run.ExecuteAsync(new RunNarrator(output, progress), cancellation), cancellation));
        ReportWriter.Write(record, Path.Combine(folder, ReportFile));
        return record;
    }
}
