using CPrune.Benchmarks;

// Each benchmark writes a part of a Markdown file to the standard output, and what it is doing to the error output.
switch (args)
{
    case ["search", var trials, var seeds]: await SearchQuality.RunAsync(Workload.All, int.Parse(trials), int.Parse(seeds)); break;
    case ["search", var trials, var seeds, var name]:
        await SearchQuality.RunAsync([.. Workload.All.Where(w => $"{w}".Contains(name, StringComparison.Ordinal))], int.Parse(trials), int.Parse(seeds));
        break;
    case ["warmstart", var trials, var seeds]: await WarmStart.RunAsync(int.Parse(trials), int.Parse(seeds)); break;
    case ["passes", var trials]: await PassLists.RunAsync(int.Parse(trials)); break;
    case ["training", var model, var data, var library, var turns]: await TrainingSpeed.RunAsync(model, data, library, int.Parse(turns)); break;
    case ["results", var folder]: Console.Write(ResultsDocument.Of(folder)); break;
    default:
        Console.Error.WriteLine("usage: search TRIALS SEEDS [PART OF A WORKLOAD'S NAME] | warmstart TRIALS SEEDS | passes TRIALS | training MODEL DATA LIBRARY TURNS | results FOLDER");
        return 2;
}

return 0;
