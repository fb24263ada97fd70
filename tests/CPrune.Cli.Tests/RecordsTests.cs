using System.Text.Json.Nodes;
using CPrune.Devices;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Tests;

public sealed class RecordsTests : IDisposable
{
    private static readonly Conditions Here = new(FakeWorkshop.Avx2.Key, CacheState.Warm);

    private readonly Cli _one = Machine();
    private readonly Cli _two = Machine();

    [Fact]
    public async Task Two_machines_that_import_each_other_know_the_same()
    {
        Add(_one, [Record("w", 1, 5e-6), Record("w", 2, 6e-6)]);
        using (var store = Open(_one)) store.NoteEffort(Here, ["w"], 48);
        Add(_two, [Record("w", 2, 4e-6, day: 2), Record("v", 1, 9e-6)]);
        var (first, second) = (Path.Combine(_one.Folder, "1.jsonl"), Path.Combine(_two.Folder, "2.jsonl"));
        Assert.StartsWith($"Written: {first}, 2 programs (", (await Run(_one, "records", "export", first)).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await Run(_two, "records", "export", second)).ExitCode);

        Assert.Equal(
            new CliResult(0, "Imported: 1 programs are new, 1 replace older measurements, 0 were known as well or better." + Environment.NewLine, ""),
            await Run(_one, "records", "import", second));
        Assert.Equal(
            new CliResult(0, "Imported: 1 programs are new, 0 replace older measurements, 3 were known as well or better." + Environment.NewLine, ""),
            await Run(_two, "records", "import", first, second));
        Assert.Equal((await Run(_one, "records", "export", "-")).Out, (await Run(_two, "records", "export", "-")).Out);
        using var known = Open(_two);
        Assert.Equal(4e-6, known.For(Here, "w").Single(r => r.Schedule == "split oc 2").Latency!.Median);
        Assert.Equal(48, known.Effort(Here, "w"));
    }

    [Fact]
    public async Task A_bad_line_in_one_file_keeps_all_files_out()
    {
        Add(_one, [Record("w", 1, 5e-6)]);
        var (good, bad) = (Path.Combine(_one.Folder, "good.jsonl"), Path.Combine(_one.Folder, "bad.jsonl"));
        await Run(_one, "records", "export", good);
        File.WriteAllText(bad, File.ReadAllText(good) + "{\"format\":1,\"target\":\"t\"}\n");
        Assert.Equal(
            new CliResult(4, "", $"error: {bad}, line 2 is no tuning record: its field 'caches' is missing; nothing was imported, correct or remove the line{Environment.NewLine}"),
            await Run(_two, "records", "import", good, bad));
        using var store = Open(_two);
        Assert.Empty(store.Contents().Records);
    }

    [Fact]
    public async Task List_tells_what_is_known_of_each_family()
    {
        Add(_one, [
            Record("w", 1, 5e-6), Record("w", 2, 6e-6, day: 3) with { ControlSeconds = 1.02e-4 }, Record("v", 1, 9e-6),
            Record("w", 3, 1) with { Latency = null, Failure = "Crashed", ControlSeconds = null },
        ]);
        Assert.Equal(
            """
            x86-64-v3 (x86_64-unknown-linux-gnu), 1 thread
            workloads                  of them  programs  failed               best  measured          control kernel
            -------------------------  -------  --------  ------  -----------------  ----------------  --------------
            oc oh kh=3 kw=3, stride 2        2         3       1  5.00 µs … 9.00 µs  2026-01-03 00:00    within 2.0 %

            4 programs of 2 workloads.

            """,
            (await Run(_one, "records", "list")).Out);
        var events = (await Run(_one, "records", "list", "--workloads", "--json")).Out;
        Assert.Equal(["64,8", "64,8"], JsonNode.Parse(events)!["summaries"]!.AsArray().Select(s => string.Join(',', s!["extents"]!.AsArray())));
        _one.Workshop.Target = () => FakeWorkshop.Avx2 with { Cpu = "other" };
        Assert.Equal("No records.\n", (await Run(_one, "records", "list", "--target", "host")).Out);
    }

    [Fact]
    public async Task Prune_says_first_what_it_would_remove()
    {
        Add(_one, Enumerable.Range(1, 80).Select(i => Record("w", i, i * 1e-6, day: i > 70 ? 9 : 1)));
        Assert.Equal("Would remove 16 of 80 programs.\n", (await Run(_one, "records", "prune", "--dry-run")).Out);
        Assert.Equal("Would remove 10 of 80 programs.\n", (await Run(_one, "records", "prune", "--dry-run", "--sample", "54")).Out);
        Assert.Equal("Would remove 70 of 80 programs.\n", (await Run(_one, "records", "prune", "--dry-run", "--before", "2026-01-02")).Out);
        Assert.Equal("Would remove 0 of 80 programs.\n", (await Run(_one, "records", "prune", "--dry-run", "--only-target", "x86-64-v3")).Out);
        _one.Workshop.Target = () => FakeWorkshop.Avx2 with { Cpu = "other" };
        Assert.Equal("Would remove 80 of 80 programs.\n", (await Run(_one, "records", "prune", "--dry-run", "--only-target", "x86-64-v3")).Out);
        Assert.Equal("Removed 16 of 80 programs.\n", (await Run(_one, "records", "prune")).Out);
        using var store = Open(_one);
        Assert.Equal(64, store.Contents().Records.Length);
    }

    [Fact]
    public async Task Mistakes_name_the_whole_command() => Assert.Equal(
        new CliResult(2, "", "error: --before 'May' is not a date: write for example 2026-01-31 (see 'cprune records prune --help')" + Environment.NewLine),
        await Run(_one, "records", "prune", "--before", "May"));

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    private static Cli Machine()
    {
        var cli = new Cli();
        cli.Workshop.RecordFile = Path.Combine(cli.Folder, "tuning.db");
        return cli;
    }

    private static SqliteRecordStore Open(Cli machine) => new(machine.Workshop.RecordFile!);

    private static void Add(Cli machine, IEnumerable<TuningRecord> records)
    {
        using var store = Open(machine);
        store.Add(records);
    }

    private static Task<CliResult> Run(Cli cli, params string[] arguments) => cli.RunAsync(arguments);

    private static TuningRecord Record(string workload, int factor, double seconds, int day = 1) => new(
        Here, workload, $"split oc {factor}", new LatencyEstimate(seconds, seconds, seconds, 5), null, new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero))
    {
        Shape = new WorkloadShape("Sum lane oc | oc oh kh=3 kw=3 | Activation 2*oh+kh,oc", [64, 8]),
        ControlSeconds = 1e-4,
    };
}
