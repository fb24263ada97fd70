using System.CommandLine;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Reporting;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary>
/// <c>cprune compile</c>: a model's native library without running anything, so that it may be for another machine. Tasks that records of the target
/// know run as their fastest program, the others by default schedules.
/// </summary>
internal sealed class CompileCommand : Command
{
    private readonly CliEnvironment _environment;
    private readonly IWorkshop _workshop;
    private readonly ModelArguments _model = new();
    private readonly TargetArguments _target = new();
    private readonly ComputationOptions _computation = new();
    private readonly OutputArguments _output = new();
    private readonly Option<string?> _library = new("--output", "-o")
    {
        Description = "The library to write; its header goes beside it, and its C functions go by its name. Default: cprune-out/MODEL-TARGET/model.so.",
        HelpName = "FILE.so",
    };

    public CompileCommand(CliEnvironment environment, IWorkshop workshop)
        : base("compile", "Write a model as a native library, also for another machine; nothing is run or tuned.")
    {
        (_environment, _workshop) = (environment, workshop);
        _model.AddTo(this);
        _target.AddTo(this);
        _computation.AddTo(this);
        Options.Add(_library);
        _output.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        var output = _output.Open(result, _environment);
        var model = _model.Read(result, output);
        var target = _workshop.FindTarget(_target.Name(result), _target.Threads(result));
        var alternatives = _computation.Alternatives(model.Graph, target, result);
        var library = Path.GetFullPath(result.GetValue(_library) ?? Path.Combine("cprune-out", $"{model.Name}-{target.Name}", "model.so"));
        var header = Path.ChangeExtension(library, ".h");
        using var prepared = OutputFolder.PrepareForFile(library);
        using var records = new Owned<IRecordStore>(_workshop.OpenRecords(_environment.CacheFolder));
        var known = TuningWork.FromRecords(alternatives, new Conditions(target.Key, _workshop.CachesFor(alternatives)), records.Value);
        var programs = known.Programs;

        output.Line($"Target: {target}", Tone.Faint);
        var info = _workshop.CreateCompiler(target, _environment.CacheFolder).Compile(known.Plan, known.Schedules, library, header);

        var tuned = programs.Count(p => p.Schedule is not null);
        if (tuned < programs.Length) output.Line($"{programs.Length - tuned} of {programs.Length} tasks have no record of this target and run by default schedules.", Tone.Faint);
        output.Line($"Whole model: {known.Plan.Choices.Variant}.", Tone.Faint);
        output.Line($"{model.Name}: {info.Kernels} kernels, {Figures.Bytes(info.WeightBytes)} of weights, {Figures.Bytes(info.WorkspaceBytes)} of workspace.", Tone.Good);
        output.Line($"Written: {library}, {header}");
        output.Event("result", new
        {
            Command = Name,
            Model = model.Path,
            Target = target.Key,
            Library = library,
            Header = header,
            info.Kernels,
            info.WeightBytes,
            info.WorkspaceBytes,
            Untuned = programs.Length - tuned,
            known.Plan.Choices.Variant,
            Tasks = TaskTables.Json(known.Layers),
        });
        return ExitCodes.Success;
    }
}
