using Microsoft.Data.Sqlite;

namespace CPrune.Tuning.Records;

/// <summary>What concerns the whole file: taking everything out, merging, removing.</summary>
public sealed partial class SqliteRecordStore
{
    public RecordContents Contents()
    {
        lock (_lock)
        {
            return new RecordContents(
                [.. All($"SELECT {RecordRow.Columns} FROM records ORDER BY target, caches, workload, schedule", RecordRow.Read)],
                [
                    .. All("SELECT target, caches, workload, effort FROM efforts ORDER BY target, caches, workload", row =>
                        new WorkloadEffort(new Conditions(row.GetString(0), RecordRow.Caches(row.GetString(1))), row.GetString(2), row.GetDouble(3))),
                ])
            {
                Choices = [.. All($"SELECT {ChoiceColumns} FROM choices ORDER BY target, caches, model", ChoiceOf)],
            };
        }
    }

    public MergeOutcome Merge(RecordContents contents)
    {
        lock (_lock)
        {
            var (added, replaced, kept) = (0, 0, 0);
            using var transaction = _connection.BeginTransaction();
            foreach (var record in contents.Records)
            {
                var here = Same(record);
                if (here is not null && !IsPreferred(record, here))
                {
                    kept++;
                    continue;
                }

                Put(record);
                if (here is null) added++;
                else replaced++;
            }

            foreach (var effort in contents.Efforts) RaiseEffort(effort);
            foreach (var choice in contents.Choices.Where(IsPreferred)) Put(choice);
            transaction.Commit();
            return new MergeOutcome(added, replaced, kept);
        }
    }

    public void Remove(IEnumerable<TuningRecord> records)
    {
        lock (_lock)
        {
            using (var transaction = _connection.BeginTransaction())
            {
                foreach (var record in records)
                {
                    using var command = Command(
                        record.Conditions, $"DELETE FROM records WHERE {Here} AND workload = $workload AND schedule = $schedule",
                        ("$workload", record.Workload), ("$schedule", record.Schedule));
                    command.ExecuteNonQuery();
                }

                // A workload without programs is not tuned, whatever was once spent on it.
                Execute("DELETE FROM efforts WHERE (target, caches, workload) NOT IN (SELECT target, caches, workload FROM records)");
                transaction.Commit();
            }

            Execute("VACUUM");
        }
    }

    /// <summary>The newer measurement; of two at one time the one whose line sorts first, so that the order of merging does not matter.</summary>
    private static bool IsPreferred(TuningRecord candidate, TuningRecord here)
    {
        var later = candidate.MeasuredAt.CompareTo(here.MeasuredAt);
        return later != 0 ? later > 0 : string.CompareOrdinal(RecordLine.Write(candidate), RecordLine.Write(here)) < 0;
    }

    /// <summary>As for records.</summary>
    private bool IsPreferred(NotedChoice candidate)
    {
        if (Find(candidate.Conditions, candidate.Model) is not { } here) return true;
        var later = candidate.MeasuredAt.CompareTo(here.MeasuredAt);
        return later != 0 ? later > 0 : string.CompareOrdinal(RecordLine.Write(candidate), RecordLine.Write(here)) < 0;
    }

    private TuningRecord? Same(TuningRecord record)
    {
        using var command = Command(
            record.Conditions, $"SELECT {RecordRow.Columns} FROM records WHERE {Here} AND workload = $workload AND schedule = $schedule",
            ("$workload", record.Workload), ("$schedule", record.Schedule));
        return Rows(command, RecordRow.Read).SingleOrDefault();
    }

    private List<T> All<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var command = Command(sql);
        return Rows(command, read);
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }
}
