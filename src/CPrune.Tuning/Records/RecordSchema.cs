using CPrune.Graph;
using Microsoft.Data.Sqlite;

namespace CPrune.Tuning.Records;

/// <summary>The tables of a record file, and its version.</summary>
internal static class RecordSchema
{
    /// <summary>Raised when a table changes; kept in the file's <c>user_version</c>.</summary>
    private const long Version = 3;

    private const string Choices =
        """
        CREATE TABLE choices (
            target TEXT NOT NULL, caches TEXT NOT NULL, model TEXT NOT NULL, choice TEXT NOT NULL, measured_at TEXT NOT NULL, PRIMARY KEY (target, caches, model));
        """;

    private const string Tables =
        $"""
        CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            target TEXT NOT NULL,
            caches TEXT NOT NULL,
            workload TEXT NOT NULL,
            family TEXT NOT NULL,
            extents TEXT NOT NULL,
            schedule TEXT NOT NULL,
            median REAL, low REAL, high REAL, samples INTEGER,
            control REAL,
            failure TEXT,
            features BLOB,
            measured_at TEXT NOT NULL,
            UNIQUE (target, caches, workload, schedule),
            CHECK ((median IS NULL) <> (failure IS NULL)));
        CREATE INDEX records_by_family ON records (target, caches, family);
        CREATE TABLE efforts (
            target TEXT NOT NULL, caches TEXT NOT NULL, workload TEXT NOT NULL, effort REAL NOT NULL, PRIMARY KEY (target, caches, workload));
        {Choices}
        """;

    /// <summary>Version 2 knew no choices. Version 1 knew warm caches only, and no control kernel.</summary>
    private const string FromVersion1 =
        $"""
        DROP INDEX records_by_family;
        ALTER TABLE records RENAME TO old_records;
        ALTER TABLE efforts RENAME TO old_efforts;
        {Tables}
        INSERT INTO records
            SELECT id, target, 'warm', workload, family, extents, schedule, median, low, high, samples, NULL, failure, features, measured_at FROM old_records;
        INSERT INTO efforts SELECT target, 'warm', workload, effort FROM old_efforts;
        DROP TABLE old_records;
        DROP TABLE old_efforts;
        """;

    /// <summary>Opens a file, makes its tables or brings them up to date.</summary>
    /// <exception cref="SqliteException">Not an SQLite file, or not accessible.</exception>
    /// <exception cref="UserErrorException">Kind Output: of a newer version.</exception>
    public static SqliteConnection Open(SqliteConnectionStringBuilder source)
    {
        var connection = new SqliteConnection(source.ToString());
        try
        {
            connection.Open();
            // NORMAL keeps committed records through a kill of the process; only a power cut may lose the last ones.
            Execute(connection, null, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 30000;");
            using var transaction = connection.BeginTransaction();
            switch (VersionOf(connection, transaction))
            {
                case 0: Execute(connection, transaction, $"{Tables} PRAGMA user_version = {Version};"); break;
                case 1: Execute(connection, transaction, $"{FromVersion1} PRAGMA user_version = {Version};"); break;
                case 2: Execute(connection, transaction, $"{Choices} PRAGMA user_version = {Version};"); break;
                case Version: break;
                case var newer:
                    throw new UserErrorException(
                        UserErrorKind.Output,
                        $"cannot open the tuning records '{source.DataSource}': a newer CPrune wrote them (format {newer}); set XDG_CACHE_HOME to another folder, or remove the file");
            }

            transaction.Commit();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static long VersionOf(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
