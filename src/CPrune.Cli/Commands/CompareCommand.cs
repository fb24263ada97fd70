using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using CPrune.Cli.Commands.Pruning;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Graph;
using CPrune.Reporting;
using CPrune.Reporting.Comparing;
using CPrune.Reporting.Results;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary><c>cprune compare</c>: the same job by several policies side by side, each from the same tuned original and with records of its own.</summary>
internal sealed class CompareCommand : Command, IResumable
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly PruneArguments _arguments = new();
    private readonly Option<ImmutableArray<string>> _policies = PolicyOption.Several();
    private readonly Option<ImmutableArray<int>?> _seeds = SeedsOption.Create();
    private readonly OutputArguments _output = new();
    private readonly Option<string?> _folder = OutputFolder.Option(
        "Folder: compare.md, compare.svg, report.html, and a run in a folder of its own for each policy and seed.", "cprune-out/MODEL-compare");

    public CompareCommand(CliEnvironment environment, IWorkshop workshop) : base("compare", "Prune a model by several policies, and put what came of it side by side.")
    {
        (_environment, _workshop) = (environment, workshop);
        _arguments.AddTo(this);
        Options.Add(_policies);
        Options.Add(_seeds);
        Options.Add(_folder);
        _output.AddTo(this);
        Validators.Add(result =>
        {
            if (result.GetResult(_seeds) is not null && _arguments.HasSeed(result)) result.AddError("give --seed or --seeds, not both");
        });
        SetAction(RunAsync);
    }

    public string ResumeHint => ": nothing is lost; give the same command again to go on";

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var output = _output.Open(result, _environment);
        var model = _arguments.ModelOf(result, output);
        using var prepared = OutputFolder.Prepare(result.GetValue(_folder) ?? Path.Combine("cprune-out", $"{model.Name}-compare"));
        var runs = new List<ComparedRun>();
        foreach (var seed in SeedsOf(result))
        {
            var job = _arguments.Open(result, model, _workshop, _environment, cancellation, seed);
            job = job with { Request = job.Request with { WithTrace = true } };
            output.Line($"{model.Path} for {job.Target}: the original{Named(seed)}", Tone.Heading);
            await RunPoliciesAsync(job, result.GetRequiredValue(_policies), seed, prepared.Path, runs, output, cancellation);
            output.Line();
        }

        Conclude(output, model, new Comparison(Floors.Of(runs[0].Record)?.Test ?? 0, [.. runs]), prepared.Path);
        return ExitCodes.Success;
    }

    /// <summary>Null stands for <c>--seed</c>, with folders that do not name it.</summary>
    private IEnumerable<int?> SeedsOf(ParseResult result) => result.GetValue(_seeds) is { } seeds ? seeds.Select(s => (int?)s) : [null];

    private static string Named(int? seed) => seed is { } s ? $", seed {s}" : "";

    private async Task RunPoliciesAsync(
        PruneJob job, ImmutableArray<string> policies, int? seed, string parent, List<ComparedRun> runs, IOutput output,
        CancellationToken cancellation)
    {
        var original = Path.Combine(parent, "original");
        if (seed is { } number) original = Path.Combine(original, $"seed-{number}");
        // Once, for all policies: none of them starts from a luckier search or another reading of accuracies.
        var known = await job.PrepareAsync(original, output, cancellation);
        job = job with { Request = job.Request with { BeginsBehind = original } };
        foreach (var policy in policies)
        {
            output.Line();
            output.Line($"Policy {policy}{Named(seed)}", Tone.Heading);
            output.Event("policy", new { Policy = policy, job.Request.Seed });
            var folder = Path.Combine(parent, policy);
            if (seed is { } own) folder = Path.Combine(folder, $"seed-{own}");
            using (var records = new Owned<IRecordStore>(_workshop.OpenRecords(folder))) records.Value.Merge(known);
            runs.Add(new ComparedRun(policy, await job.RunAsync(policy, folder, folder, output, cancellation), seed));
        }
    }

    private void Conclude(IOutput output, ModelFile model, Comparison comparison, string folder)
    {
        output.Table(ComparisonDocument.Table(comparison));
        if (comparison.HasSeeds)
        {
            output.Line();
            output.Table(SeedTable.Of(comparison));
            output.Line(SeedTable.Meaning);
        }

        Write("compare.md", ComparisonDocument.Markdown(comparison));
        Write("compare.svg", ComparisonDocument.Figure(comparison));
        Write(PruneJob.ReportFile, ComparisonDocument.Html(comparison));
        output.Line($"Written to {folder}: compare.md, compare.svg, {PruneJob.ReportFile}");
        output.Event("result", new
        {
            Command = Name,
            Model = model.Path,
            Policies = comparison.Runs.Select(r => ResultDocument.Of(r.Record)),
            OverSeeds = comparison.HasSeeds ? SeedSummary.Of(comparison) : (ImmutableArray<SeedSummary>?)null,
        });

        void Write(string name, string text) => AtomicFile.Write(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
    }
}
