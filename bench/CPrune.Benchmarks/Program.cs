using CPrune.Benchmarks;

// Each benchmark writes a part of a Markdown file to the standard output, and what it is doing to the error output.
switch (args)
{
    case ["search", var trials, var seeds]: await SearchQuality.RunAsync(int.Parse(trials), int.Parse(seeds)); break;
    case ["warmstart", var trials, var seeds]: await WarmStart.RunAsync(int.Parse(trials), int.Parse(seeds)); break;
    case ["passes", var trials]: await PassLists.RunAsync(int.Parse(trials)); break;
    default:
        Console.Error.WriteLine("usage: search TRIALS SEEDS | warmstart TRIALS SEEDS | passes TRIALS");
        return 2;
}

return 0;
