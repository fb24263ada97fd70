using CPrune.Cli;
using CPrune.Cli.Composition;

return await CommandLine.RunAsync(args, CliEnvironment.OfThisProcess(), new Workshop());
