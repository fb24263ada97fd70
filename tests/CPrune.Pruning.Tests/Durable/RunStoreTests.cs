using CPrune.Graph;
using CPrune.Pruning.Durable;
using Microsoft.Data.Sqlite;

namespace CPrune.Pruning.Tests.Durable;

public sealed class RunStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AHeaderIsReadBackAndCanBeChanged()
    {
        using (var store = RunStore.Open(_folder))
        {
            Assert.Empty(store.ReadHeader());
            store.WriteHeader(new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }, new byte[] { 7 });
            store.SetHeader("b", "3");
        }

        using var again = RunStore.Open(_folder);
        Assert.Equal([KeyValuePair.Create("a", "1"), KeyValuePair.Create("b", "3")], again.ReadHeader());
        Assert.Equal([7], again.ReadModel(RunStore.OriginalModel));
    }

    [Fact]
    public void StepsAreReadInTheOrderOfTheirExecution()
    {
        using (var store = RunStore.Open(_folder))
            foreach (var name in new[] { "z", "a", "m" }) store.Append(Step(name) with { FollowsLimit = name == "a" }, []);
        using var again = RunStore.Open(_folder);
        Assert.Equal([("z", false), ("a", true), ("m", false)], again.ReadSteps().Select(s => (s.Name, s.FollowsLimit)));
        Assert.All(again.ReadSteps(), s => Assert.Equal(("1", 2.5, new PhaseTime("training", 2)), (s.Result, s.Seconds, s.Phases.Single())));
    }

    /// <summary>The second half of what is written fails: the first is as if it had not been written.</summary>
    [Fact]
    public void AStepAndItsModelsAreWrittenTogetherOrNotAtAll()
    {
        using var store = RunStore.Open(_folder);
        store.Append(Step("a"), [("m", [1])]);
        Assert.Throws<SqliteException>(() => store.Append(Step("a"), [("m", [2]), ("other", [3])]));
        Assert.Equal([1], store.ReadModel("m"));
        Assert.Equal("the run's store has no model 'other'", Assert.Throws<InvalidOperationException>(() => store.ReadModel("other")).Message);
        store.Append(Step("b"), [("m", [4])]);
        Assert.Equal([4], store.ReadModel("m"));
    }

    [Fact]
    public void AnotherRunIsTakenOverInItsOrderWithAllItsModels()
    {
        var (there, here) = (Path.Combine(_folder, "there"), Path.Combine(_folder, "here"));
        using (var store = RunStore.Open(there))
        {
            store.WriteHeader(new Dictionary<string, string> { ["whose"] = "theirs" }, new byte[] { 1 });
            foreach (var name in new[] { "z", "m", "a" }) store.Append(Step(name), [($"model {name}", [(byte)name[0]])]);
        }

        using (var store = RunStore.Open(here))
        {
            store.WriteHeader(new Dictionary<string, string> { ["whose"] = "ours" }, new byte[] { 1 });
            store.TakeOver(there);
        }

        using var again = RunStore.Open(here);
        Assert.Equal(["z", "m", "a"], again.ReadSteps().Select(s => s.Name));
        Assert.All(new[] { "z", "m", "a" }, name => Assert.Equal([(byte)name[0]], again.ReadModel($"model {name}")));
        Assert.Equal("ours", again.ReadHeader()["whose"]);
        // What is forgotten is what was executed behind it there.
        again.ForgetFrom("m");
        Assert.Equal(["z"], again.ReadSteps().Select(s => s.Name));
    }

    [Fact]
    public void ARunThatIsGoingOnIsNotTakenOver()
    {
        var (there, here) = (Path.Combine(_folder, "there"), Path.Combine(_folder, "here"));
        using var going = RunStore.Open(there);
        using var store = RunStore.Open(here);
        Assert.StartsWith($"the run folder '{there}' is in use", Assert.Throws<UserErrorException>(() => store.TakeOver(there)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderInUseIsRefused()
    {
        using (RunStore.Open(_folder))
        {
            var error = Assert.Throws<UserErrorException>(() => RunStore.Open(_folder));
            Assert.Equal(UserErrorKind.Output, error.Kind);
            Assert.Equal($"the run folder '{_folder}' is in use by another cprune; wait for it or choose another with -o", error.Message);
        }

        using var free = RunStore.Open(_folder);
    }

    [Fact]
    public void AFileThatIsNoDatabaseIsRefused()
    {
        File.WriteAllText(Path.Combine(_folder, RunStore.FileName), "this is not a database, although it is long enough to be one");
        var error = Assert.Throws<UserErrorException>(() => RunStore.Open(_folder));
        Assert.StartsWith($"cannot use the run folder '{_folder}': ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; choose another with -o", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunOfAnotherFormatIsRefusedInOneSentenceAndLeftAsItIs()
    {
        var path = Path.Combine(_folder, RunStore.FileName);
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        var before = File.ReadAllBytes(path);
        var error = Assert.Throws<UserErrorException>(() => RunStore.Open(_folder));
        Assert.Equal(UserErrorKind.Output, error.Kind);
        Assert.Equal($"'{path}' was written by another version of cprune (format 1, this one reads 2); choose another folder with -o", error.Message);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void ARunThatCouldNotBeginLeavesNothing()
    {
        var folder = Path.Combine(_folder, "new");
        RunStore.Open(folder).Discard();
        Assert.False(Directory.Exists(folder));

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "mine.txt"), "mine");
        RunStore.Open(folder).Discard();
        Assert.Equal(["mine.txt"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    private static StoredStep Step(string name) => new(name, "1", 2.5, [new PhaseTime("training", 2)], false);
}
