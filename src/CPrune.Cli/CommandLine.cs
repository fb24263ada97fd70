using System.CommandLine;
using System.CommandLine.Parsing;
using CPrune.Cli.Commands;
using CPrune.Cli.Composition;
using CPrune.Cli.Output;
using CPrune.Graph;

namespace CPrune.Cli;

/// <summary>The whole command line: parses, runs one command, and turns what went wrong into one line and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliEnvironment environment, IWorkshop workshop, CancellationToken cancellation = default)
    {
        using var interruption = Interruption.Watch(cancellation);
        var parsed = Root(environment, workshop).Parse(arguments, new ParserConfiguration { EnablePosixBundling = false });
        if (parsed.Errors.Count > 0)
        {
            var command = Path(parsed.CommandResult);
            environment.Error.WriteLine($"error: {Printable.Of(Mistake(parsed, command))} (see '{command} --help')");
            return (int)UserErrorKind.Usage;
        }

        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = environment.Out,
                Error = environment.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            environment.Error.WriteLine($"interrupted{(parsed.CommandResult.Command as IResumable)?.ResumeHint}");
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            return Report(e, environment);
        }
    }

    private static RootCommand Root(CliEnvironment environment, IWorkshop workshop)
    {
        var root = new RootCommand("Compiler-informed pruning: an ONNX classifier in; a smaller ONNX model, a tuned native library and a report out.") { HelpName = "cprune" };
        root.Subcommands.Add(new PruneCommand(environment, workshop));
        root.Subcommands.Add(new CompareCommand(environment, workshop));
        root.Subcommands.Add(new TuneCommand(environment, workshop));
        root.Subcommands.Add(new CompileCommand(environment, workshop));
        root.Subcommands.Add(new BenchCommand(environment, workshop));
        root.Subcommands.Add(new BenchTableCommand(environment));
        root.Subcommands.Add(new TimeCommand(environment, workshop));
        root.Subcommands.Add(new StaircaseCommand(environment, workshop));
        root.Subcommands.Add(new InspectCommand(environment, workshop));
        root.Subcommands.Add(new RecordsCommand(environment, workshop));
        root.Subcommands.Add(new EvalCommand(environment, workshop));
        root.Subcommands.Add(new TrainCommand(environment, workshop));
        root.Subcommands.Add(new NewCommand(environment));
        root.Subcommands.Add(new QuickstartCommand(environment, workshop));
        return root;
    }

    private static string Mistake(ParseResult parsed, string command) => (parsed.UnmatchedTokens, parsed.CommandResult.Command.Subcommands) switch
    {
        ([var unknown, ..], _) => $"'{unknown}' is no command or option here",
        (_, [var first, ..]) => $"no command is given; give one, for example '{command} {first.Name}'",
        _ => LowerCase(Sentence(parsed.Errors[0].Message)),
    };

    /// <summary>A command as it is called, for example <c>cprune records list</c>.</summary>
    private static string Path(CommandResult command) => command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "cprune";

    private static int Report(Exception e, CliEnvironment environment)
    {
        if (environment.WantsStackTraces) environment.Error.WriteLine(e);
        switch (e)
        {
            case AggregateException { InnerExceptions.Count: 1 } wrapped:
                return Report(wrapped.InnerExceptions[0], environment);
            case UserErrorException user:
                environment.Error.WriteLine($"error: {Sentence(user.Message)}");
                return (int)user.Kind;
            default:
                environment.Error.WriteLine(
                    $"error: unexpected {e.GetType().Name}: {Sentence(e.Message)}; this is a defect of cprune: run again with CPRUNE_DEBUG=1 for the stack trace, and report it");
                return ExitCodes.Defect;
        }
    }

    private static string LowerCase(string sentence) => $"{char.ToLowerInvariant(sentence[0])}{sentence[1..]}";

    /// <summary>One line, whatever the message was.</summary>
    private static string Sentence(string message) => Printable.Of(string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))).TrimEnd('.');
}
