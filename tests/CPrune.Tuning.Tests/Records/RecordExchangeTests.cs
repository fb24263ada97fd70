using System.Text;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Tuning.Records;
using CsCheck;

namespace CPrune.Tuning.Tests.Records;

public sealed class RecordExchangeTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("cprune-exchange-").FullName, "records.jsonl");

    [Fact]
    public void What_is_written_is_read_back() =>
        SomeRecords.Contents.Sample(contents => Assert.Equal(Text(contents), Text(Read(Text(contents)))), iter: 100, threads: 1);

    /// <summary>Whoever merges whom in which order and how often: the union is the same, and holds the newest measurement of every program.</summary>
    [Fact]
    public void Merging_gives_the_union_whatever_the_order() =>
        Gen.Select(SomeRecords.Contents, SomeRecords.Contents, SomeRecords.Contents).Sample(
            (a, b, c) =>
            {
                var union = Merged(a, b, c);
                Assert.Equal(Text(union), Text(Merged(c, a, b, a)));
                Assert.Equal(Text(union), Text(Merged(Merged(b, c), a)));
                foreach (var program in a.Records.Concat(b.Records).Concat(c.Records).GroupBy(r => (r.Conditions, r.Workload, r.Schedule)))
                    Assert.Equal(program.Max(r => r.MeasuredAt), union.Records.Single(r => (r.Conditions, r.Workload, r.Schedule) == program.Key).MeasuredAt);
                foreach (var model in a.Choices.Concat(b.Choices).Concat(c.Choices).GroupBy(n => (n.Conditions, n.Model)))
                    Assert.Equal(model.Max(n => n.MeasuredAt), union.Choices.Single(n => (n.Conditions, n.Model) == model.Key).MeasuredAt);
            },
            iter: 60);

    [Fact]
    public void A_merge_counts_what_it_did()
    {
        var older = new TuningRecord(
            new Conditions("t", CacheState.Warm), "w", "order a", new LatencyEstimate(1, 1, 1, 5), null, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var store = SqliteRecordStore.InMemory();
        Assert.Equal(new MergeOutcome(1, 0, 0), store.Merge(new RecordContents([older], [])));
        var newer = older with { MeasuredAt = older.MeasuredAt.AddDays(1) };
        Assert.Equal(new MergeOutcome(0, 1, 2), store.Merge(new RecordContents([newer, older, newer], [])));
    }

    [Theory]
    [InlineData("it is no JSON object", "[]")]
    [InlineData("it is no JSON object", "{\"format\":1")]
    [InlineData("its field 'format' is missing", "{}")]
    [InlineData("it is of format 2, this version reads format 1", "{\"format\":2}")]
    [InlineData("its field 'colour' is unknown or of the wrong kind", "{\"format\":1,\"colour\":3}")]
    [InlineData("its field 'seconds.low' is unknown or of the wrong kind", "{\"format\":1,\"seconds\":{\"low\":\"fast\"}}")]
    [InlineData("its field 'target' is missing", "{\"format\":1}")]
    [InlineData("'hot' is neither warm nor streamed nor cold", "{\"format\":1,\"target\":\"t\",\"caches\":\"hot\"}")]
    [InlineData("it must have either 'seconds' or 'failure'", "{\"format\":1,\"target\":\"t\",\"caches\":\"warm\",\"workload\":\"w\"}")]
    [InlineData("its field 'workload' is missing", Start + "\"failure\":\"Crashed\",\"schedule\":\"order a\",\"measured\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("its field 'measured' is missing", Start + "\"workload\":\"w\",\"failure\":\"Crashed\",\"schedule\":\"order a\"}")]
    [InlineData("schedule, part 2: 'fold b' is no primitive", Start + "\"workload\":\"w\",\"failure\":\"Crashed\",\"schedule\":\"order a; fold b\"}")]
    [InlineData("its 'seconds' must have 'median', 'low', 'high' and 'samples'", Good + "\"seconds\":{\"median\":1}}")]
    [InlineData("its 'seconds' of 2 ≤ 1 ≤ 3 from 5 samples are no measurement", Good + "\"seconds\":{\"median\":1,\"low\":2,\"high\":3,\"samples\":5}}")]
    [InlineData("its 'control' of -1 is no time", Good + "\"failure\":\"Crashed\",\"control\":-1}")]
    [InlineData("its 'extents' must be positive", Good + "\"failure\":\"Crashed\",\"extents\":[8,0]}")]
    [InlineData("its field 'model' is missing", Start + "\"choice\":{\"chosen\":{},\"first\":{},\"timed\":[]},\"measured\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("its 'choice' must have 'chosen', 'first' and 'timed', each of these with 'variant', 'low', 'ratio' and 'high'", Start + "\"model\":\"m\",\"choice\":{\"chosen\":{}}}")]
    [InlineData("its 'effort' of -4 is no number of trials", Start + "\"workload\":\"w\",\"effort\":-4}")]
    public void A_line_that_is_no_record_is_named(string reason, string line)
    {
        File.WriteAllText(_file, $"\n{line}\n");
        var error = Assert.Throws<UserErrorException>(() => RecordFile.Read(_file));
        Assert.Equal(UserErrorKind.Data, error.Kind);
        Assert.Equal($"{_file}, line 2 is no tuning record: {reason}; nothing was imported, correct or remove the line", error.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        var error = Assert.Throws<UserErrorException>(() => RecordFile.Read(_file));
        Assert.StartsWith($"cannot read the records '{_file}': ", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    private const string Start = "{\"format\":1,\"target\":\"t\",\"caches\":\"cold\",";

    private const string Good = Start + "\"workload\":\"w\",\"schedule\":\"order a\",\"measured\":\"2026-01-01T00:00:00Z\",";

    private static string Text(RecordContents contents) => Encoding.UTF8.GetString(RecordFile.Write(contents));

    private RecordContents Read(string text)
    {
        File.WriteAllText(_file, text);
        return RecordFile.Read(_file);
    }

    private static RecordContents Merged(params RecordContents[] parts)
    {
        using var store = SqliteRecordStore.InMemory();
        foreach (var part in parts) store.Merge(part);
        return store.Contents();
    }
}
