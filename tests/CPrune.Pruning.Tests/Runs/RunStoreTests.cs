using CPrune.Pruning.Gates;
using System.Collections.Immutable;
using System.Text.Json;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

public sealed class RunStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AJournalIsReadBackAsItWasWritten()
    {
        JournalEntry[] entries =
        [
            new JournalEntry.OriginalJudged(0.95, 0.93, 0.94, new TimePlan(1000, 20000)) { Phases = [new PhaseTime("training", 2)] },
            new JournalEntry.OriginalTuned([Program("conv")], 1e-3, 12),
            new JournalEntry.CandidateJudged(Candidate(1, Verdict.TooSlow), "a", null, []),
            new JournalEntry.CandidateJudged(Candidate(2, Verdict.Accepted), "a", "candidate-2", [Program("smaller")])
            {
                Phases = [new PhaseTime("training", 3)],
                Choices = AlgorithmChoices.Of([new("layer.b", Algorithm.Winograd4), new("layer", Algorithm.Winograd2)]) with { Variant = new ModelVariant { Block = 16, InChains = true } },
            },
            new JournalEntry.WalkEnded("enough"),
        ];
        using (var store = RunStore.Open(_folder))
            foreach (var entry in entries) store.Append(entry);

        using var again = RunStore.Open(_folder);
        var state = RunState.Of(again.ReadJournal());
        Assert.Equal(["original", "candidate-2"], state.Accepted.Select(a => a.Blob));
        Assert.Equal("smaller", state.Accepted[^1].Programs.Single().TaskKey);
        Assert.Equal([AlgorithmChoices.AllDirect, ((JournalEntry.CandidateJudged)entries[3]).Choices], state.Accepted.Select(a => a.Choices));
        Assert.Equal([Verdict.TooSlow, Verdict.Accepted], state.Outcomes(new AccuracyGate(0.995, 0)).Select(o => o.Verdict));
        Assert.Equal(5, state.ElapsedSeconds);
        Assert.Equal("enough", state.WalkEndReason);
        Assert.Equal(1000, state.Judged!.Plan.ShortImages);
    }

    [Fact]
    public void AJournalFromBeforeThereWereAlgorithmsIsAllDirect()
    {
        var entry = JsonSerializer.Deserialize<JournalEntry>("""{"kind":"original-tuned","Programs":[],"LatencySeconds":0.001,"Trials":3,"Phases":[]}""");
        Assert.Equal(AlgorithmChoices.AllDirect, Assert.IsType<JournalEntry.OriginalTuned>(entry).Choices);
    }

    [Fact]
    public void AModelIsStoredWithItsEntry()
    {
        using var store = RunStore.Open(_folder);
        store.Append(new JournalEntry.LongTrainingAdvanced(0, "long-0", 0.9), ("long-0", [1, 2, 3]));
        store.Append(new JournalEntry.LongTrainingAdvanced(2, "long-0", 0.9), ("long-0", [4, 5]));
        Assert.Equal([4, 5], store.ReadModel("long-0"));
    }

    [Fact]
    public void AFolderInUseIsRefused()
    {
        using var store = RunStore.Open(_folder);
        var error = Assert.Throws<UserErrorException>(() => RunStore.Open(_folder));
        Assert.Equal(UserErrorKind.Output, error.Kind);
        Assert.Equal($"the run folder '{_folder}' is in use by another cprune; wait for it or choose another with -o", error.Message);
    }

    [Fact]
    public void AFileThatIsNoDatabaseIsRefused()
    {
        File.WriteAllText(Path.Combine(_folder, RunStore.FileName), "this is not a database, although it is long enough to be one");
        var error = Assert.Throws<UserErrorException>(() => RunStore.Open(_folder));
        Assert.StartsWith($"cannot use the run folder '{_folder}': ", error.Message);
    }

    [Fact]
    public void AnotherModelOrOtherOptionsAreNamed()
    {
        var stored = Identity(("model", "a"), ("option min-accuracy", "0.9"));
        Assert.Equal(
            "the folder 'out' holds a run of another model; repeat that run's command or choose another folder with -o",
            Assert.Throws<UserErrorException>(() => RunIdentity.Check("out", stored, Identity(("model", "b"), ("option min-accuracy", "0.9")))).Message);
        Assert.Equal(
            "the folder 'out' holds a run with other options (--min-accuracy: 0.9 there, 0.8 here); repeat that run's command or choose another folder with -o",
            Assert.Throws<UserErrorException>(() => RunIdentity.Check("out", stored, Identity(("model", "a"), ("option min-accuracy", "0.8")))).Message);
        RunIdentity.Check("out", stored, stored);
        RunIdentity.Check("out", stored.SetItem("option time-limit", "1h00m"), stored.SetItem("option time-limit", "2h00m"));
        RunIdentity.Check("out", stored.SetItem("option data", "images"), stored.SetItem("option data", "./images"));
        Assert.Equal(
            "the folder 'out' holds a run on other data; repeat that run's command or choose another folder with -o",
            Assert.Throws<UserErrorException>(() => RunIdentity.Check("out", stored, stored.SetItem("data", "e"))).Message);
    }

    private static ImmutableSortedDictionary<string, string> Identity(params (string Name, string Value)[] fields) =>
        new Dictionary<string, string> { ["data"] = "d", ["target"] = "t" }
            .Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static ProgramRow Program(string key) => new(key, key, 1, 100, "split", new LatencyEstimate(1e-3, 1e-3, 1e-3, 3));

    private static CandidateRecord Candidate(int number, Verdict verdict) =>
        new(number, "conv", ["a"], 8, 0.9, 0.89, 0.91, 1e-3, 0.94, verdict, "because", 1, 4);
}
