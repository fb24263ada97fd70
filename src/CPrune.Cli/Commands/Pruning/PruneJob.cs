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
using CPrune.Reporting.Results;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands.Pruning;

/// <summary>What was asked for, ready to be run by one policy or by several.</summary>
/// <param name="Request">Without a folder; its options say everything but the policy.</param>
internal sealed record PruneJob(
    IWorkshop Workshop, CliEnvironment Environment, Target Target, IReferenceRuntime Reference, IStepRule StepRule, ISaliency? Saliency, PruneRequest Request)
{
    public const string ReportFile = "report.html";
    private const string PolicyKey = "policy";

    /// <summary>Runs a policy to the end, or behind where an earlier sitting was, and writes the report and the result.</summary>
    /// <param name="recordFolder">Where its tuning records are kept.</param>
    public async Task<RunRecord> RunAsync(string policy, string folder, string recordFolder, IOutput output, CancellationToken cancellation)
    {
        RunIntroduction.Tell(output, Request with { OutputFolder = folder, Policy = policy });
        var record = await WithRunAsync(policy, folder, recordFolder, output, "Pruning", (run, progress) => run.ExecuteAsync(progress, cancellation), cancellation);
        ReportWriter.Write(record, Path.Combine(folder, ReportFile));
        ResultDocument.Write(record, Path.Combine(folder, ResultDocument.FileName));
        CandidateTable.Write(record, Path.Combine(folder, CandidateTable.FileName));
        return record;
    }

    /// <summary>Judges and tunes the original, for runs of several policies to begin behind.</summary>
    /// <returns>What tuning filed.</returns>
    public async Task<RecordContents> PrepareAsync(string folder, IOutput output, CancellationToken cancellation)
    {
        await WithRunAsync(null, folder, folder, output, "The original", async (run, progress) =>
        {
            await run.PrepareAsync(progress, cancellation);
            return true;
        }, cancellation);
        using var records = new Owned<IRecordStore>(Workshop.OpenRecords(folder));
        return records.Value.Contents();
    }

    /// <param name="policy">Who chooses the cuts; null for nobody, if a run is only prepared.</param>
    private async Task<T> WithRunAsync<T>(
        string? policy, string folder, string recordFolder, IOutput output, string title, Func<PruneRun, IProgress<RunEvent>, Task<T>> work, CancellationToken cancellation)
    {
        var clock = Environment.Clock;
        var request = Request with { OutputFolder = folder, Policy = policy ?? PolicyCatalog.Default, Options = Request.Options.ToImmutableDictionary().SetItem(PolicyKey, policy ?? "none") };
        using var records = new Owned<IRecordStore>(Workshop.OpenRecords(recordFolder));
        var alternatives = ModelAlternatives.Of(request.Model, request.Algorithms, request.Variants, Target);
        await using var device = Workshop.OpenDevice(Target, Workshop.CachesFor(alternatives), clock);
        var services = new PruneServices(
            device, Workshop.CreateTuner(device, records.Value, clock), Workshop.CreateCompiler(Target, Environment.CacheFolder), Workshop.CreateTrainer(clock), Saliency,
            StepRule, Reference, clock)
        {
            Records = records.Value,
        };
        var run = new PruneRun(request, services);
        return await output.WithProgressAsync(title, progress => Task.Run(() => work(run, new RunNarrator(output, progress, request)), cancellation));
    }
}
