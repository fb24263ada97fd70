using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace CPrune.Tuning.Records;

/// <summary>What was chosen for whole models.</summary>
public sealed partial class SqliteRecordStore
{
    private const string ChoiceColumns = "target, caches, model, choice, measured_at";

    public NotedChoice? Choice(Conditions conditions, string model)
    {
        lock (_lock) return Find(conditions, model);
    }

    public void Note(NotedChoice choice)
    {
        lock (_lock) Put(choice);
    }

    private NotedChoice? Find(Conditions conditions, string model)
    {
        using var command = Command(conditions, $"SELECT {ChoiceColumns} FROM choices WHERE {Here} AND model = $model", ("$model", model));
        return Rows(command, ChoiceOf).SingleOrDefault();
    }

    private void Put(NotedChoice choice)
    {
        using var command = Command(
            choice.Conditions, $"INSERT OR REPLACE INTO choices ({ChoiceColumns}) VALUES ($target, $caches, $model, $choice, $measured_at)",
            ("$model", choice.Model), ("$choice", JsonSerializer.Serialize(choice.Choice, RecordJson.Lines.ModelChoice)),
            ("$measured_at", RecordRow.Text(choice.MeasuredAt)));
        command.ExecuteNonQuery();
    }

    private static NotedChoice ChoiceOf(SqliteDataReader row) => new(
        new Conditions(row.GetString(0), RecordRow.Caches(row.GetString(1))), row.GetString(2),
        JsonSerializer.Deserialize(row.GetString(3), RecordJson.Lines.ModelChoice)!, RecordRow.Time(row.GetString(4)));
}
