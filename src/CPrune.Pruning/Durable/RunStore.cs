using System.Collections.Immutable;
using System.Text.Json;
using CPrune.Graph;
using Microsoft.Data.Sqlite;

namespace CPrune.Pruning.Durable;

/// <summary>A step that has been executed.</summary>
/// <param name="Result">As JSON.</param>
/// <param name="Seconds">Wall time from the end of the step before to the end of this one.</param>
/// <param name="Phases">Where that time went.</param>
/// <param name="FollowsLimit">The step would have come out differently with another time limit.</param>
internal sealed record StoredStep(string Name, string Result, double Seconds, ImmutableArray<PhaseTime> Phases, bool FollowsLimit);

/// <summary>
/// <c>run.db</c>: a run's steps, its models and its identity in one SQLite file. A step's result and the models that it made are written in one
/// transaction with full synchronisation. What was said to be done is still there after a power cut.
/// </summary>
public sealed class RunStore : IDisposable
{
    public const string FileName = "run.db";

    /// <summary>Name of the user's model.</summary>
    public const string OriginalModel = "original";

    private const int FormatVersion = 2;

    private readonly SqliteConnection _connection;
    private readonly FileStream _lock;

    private RunStore(SqliteConnection connection, FileStream fileLock)
    {
        _connection = connection;
        _lock = fileLock;
    }

    /// <summary>Opens or creates the run in a folder, for this process alone.</summary>
    /// <exception cref="UserErrorException">Kind Output: not writable, in use by another process, or not a run of this version.</exception>
    public static RunStore Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        FileStream? fileLock = null;
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(folder);
            fileLock = Lock(folder);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            var store = new RunStore(connection, fileLock);
            store.CreateTables(path);
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            connection?.Dispose();
            fileLock?.Dispose();
            throw new UserErrorException(
                UserErrorKind.Output, $"cannot use the run folder '{folder}': {e.Message.TrimEnd('.')}; choose another with -o", e);
        }
        catch (UserErrorException)
        {
            connection?.Dispose();
            fileLock?.Dispose();
            throw;
        }
    }

    /// <summary>The run's identity and header fields by name; empty for a new run.</summary>
    public ImmutableSortedDictionary<string, string> ReadHeader() =>
        Query("SELECT name, value FROM header", r => KeyValuePair.Create(r.GetString(0), r.GetString(1)))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);

    public void WriteHeader(IReadOnlyDictionary<string, string> header, ReadOnlyMemory<byte> originalModel)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var (name, value) in header) Execute("INSERT INTO header (name, value) VALUES ($a, $b)", name, value);
        Execute("INSERT OR REPLACE INTO model (name, onnx) VALUES ($a, $b)", OriginalModel, originalModel.ToArray());
        transaction.Commit();
    }

    /// <summary>Changes one field of the header.</summary>
    public void SetHeader(string name, string value) => Execute("INSERT OR REPLACE INTO header (name, value) VALUES ($a, $b)", name, value);

    /// <summary>All steps, in the order in which they were executed.</summary>
    internal ImmutableArray<StoredStep> ReadSteps() =>
    [
        .. Query("SELECT name, result, seconds, phases, follows_limit FROM step ORDER BY number", r => new StoredStep(
            r.GetString(0), r.GetString(1), r.GetDouble(2), JsonSerializer.Deserialize<ImmutableArray<PhaseTime>>(r.GetString(3)), r.GetBoolean(4))),
    ];

    /// <summary>Writes a step together with the models that it made.</summary>
    internal void Append(StoredStep step, IEnumerable<(string Name, byte[] Onnx)> models)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var (name, onnx) in models) Execute("INSERT OR REPLACE INTO model (name, onnx) VALUES ($a, $b)", name, onnx);
        Insert(step);
        transaction.Commit();
    }

    /// <summary>Forgets a step and all that were executed behind it.</summary>
    internal void ForgetFrom(string name) =>
        Execute("DELETE FROM step WHERE number >= (SELECT number FROM step WHERE name = $a)", name);

    public byte[] ReadModel(string name) =>
        Query("SELECT onnx FROM model WHERE name = $a", r => (byte[])r[0], name).FirstOrDefault()
        ?? throw new InvalidOperationException($"the run's store has no model '{name}'");

    /// <summary>Begins with all steps of another run, in their order, and its models, instead of any of its own.</summary>
    /// <exception cref="UserErrorException">Kind Output: that run cannot be opened.</exception>
    public void TakeOver(string folder)
    {
        using var other = Open(folder);
        var models = other.Query("SELECT name, onnx FROM model", r => (Name: r.GetString(0), Onnx: (byte[])r[1]));
        var steps = other.ReadSteps();
        using var transaction = _connection.BeginTransaction();
        foreach (var (name, onnx) in models) Execute("INSERT OR REPLACE INTO model (name, onnx) VALUES ($a, $b)", name, onnx);
        Execute("DELETE FROM step");
        foreach (var step in steps) Insert(step);
        transaction.Commit();
    }

    /// <summary>Closes the run and removes its file, and the folder if nothing else is in it: a run that could not begin leaves nothing behind.</summary>
    public void Discard()
    {
        var folder = Path.GetDirectoryName(_connection.DataSource)!;
        Dispose();
        File.Delete(Path.Combine(folder, FileName));
        if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _lock.Dispose();
    }

    private static FileStream Lock(string folder)
    {
        var path = Path.Combine(folder, ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new UserErrorException(
                UserErrorKind.Output, $"the run folder '{folder}' is in use by another cprune; wait for it or choose another with -o", e);
        }
    }

    private void CreateTables(string path)
    {
        Execute("PRAGMA synchronous = FULL");
        var version = Query("PRAGMA user_version", r => r.GetInt32(0)).Single();
        if (version == FormatVersion) return;
        if (version != 0)
        {
            throw new UserErrorException(
                UserErrorKind.Output,
                $"'{path}' was written by another version of cprune (format {version}, this one reads {FormatVersion}); choose another folder with -o");
        }

        using var transaction = _connection.BeginTransaction();
        Execute("CREATE TABLE header (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
        Execute("CREATE TABLE model (name TEXT PRIMARY KEY, onnx BLOB NOT NULL)");
        Execute(
            "CREATE TABLE step (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, result TEXT NOT NULL, seconds REAL NOT NULL, " +
            "phases TEXT NOT NULL, follows_limit INTEGER NOT NULL)");
        Execute($"PRAGMA user_version = {FormatVersion}");
        transaction.Commit();
    }

    private void Insert(StoredStep step) => Execute(
        "INSERT INTO step (name, result, seconds, phases, follows_limit) VALUES ($a, $b, $c, $d, $e)",
        step.Name, step.Result, step.Seconds, JsonSerializer.Serialize(step.Phases), step.FollowsLimit ? 1 : 0);

    private void Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(row(reader));
        return rows;
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object> values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${(char)('a' + i)}", values[i]);
        return command;
    }
}
