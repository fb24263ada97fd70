using CPrune.Graph;
using Microsoft.Data.Sqlite;

namespace CPrune.Tuning.Records;

/// <summary>The tables of a record file, and its version.</summary>
internal static class RecordSchema
{
    /// <summary>Raised when a table changes; kept in the file's <c>user_version</c>.</summary>
    private const long Version = 1;

    /// <exception cref="SqliteException">Not an SQLite file, or not accessible.</exception>
    /// <exception cref="UserErrorException">Kind Output: of a newer version.</exception>
    public static SqliteConnection Open(SqliteConnectionStringBuilder source)
    {
        var connection = new SqliteConnection(source.ToString());
        try
        {
            connection.Open();
            // NORMAL keeps committed records through a kill of the process; only a power cut may lose the last ones.
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 30000;");
            using var transaction = connection.BeginTransaction();
            var version = Scalar(connection, transaction, "PRAGMA user_version");
            if (version > Version)
            {
                throw new UserErrorException(
                    UserErrorKind.Output, $"the tuning records {source.DataSource} were written by a newer CPrune (format {version}): name another file");
            }

            if (version == 0) Create(connection, transaction);
            transaction.Commit();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Create(SqliteConnection connection, SqliteTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            $"""
            CREATE TABLE records (
                id INTEGER PRIMARY KEY,
                target TEXT NOT NULL,
                workload TEXT NOT NULL,
                family TEXT NOT NULL,
                extents TEXT NOT NULL,
                schedule TEXT NOT NULL,
                median REAL, low REAL, high REAL, samples INTEGER,
                failure TEXT,
                features BLOB,
                measured_at TEXT NOT NULL,
                UNIQUE (target, workload, schedule),
                CHECK ((median IS NULL) <> (failure IS NULL)));
            CREATE INDEX records_by_family ON records (target, family);
            CREATE TABLE efforts (target TEXT NOT NULL, workload TEXT NOT NULL, effort REAL NOT NULL, PRIMARY KEY (target, workload));
            PRAGMA user_version = {Version};
            """;
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
