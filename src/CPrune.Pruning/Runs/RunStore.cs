using System.Collections.Immutable;
using System.Text.Json;
using CPrune.Graph;
using Microsoft.Data.Sqlite;

namespace CPrune.Pruning.Runs;

/// <summary>
/// <c>run.db</c>: a run's journal, its models and its identity in one SQLite file. An entry and the model it names are written in one transaction with
/// full synchronisation, so what was said to be done is still there after a power cut.
/// </summary>
public sealed class RunStore : IDisposable
{
    public const string FileName = "run.db";
    private const int FormatVersion = 1;

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
        try
        {
            Directory.CreateDirectory(folder);
            fileLock = Lock(folder);
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            var store = new RunStore(connection, fileLock);
            store.CreateTables(path);
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            fileLock?.Dispose();
            throw new UserErrorException(UserErrorKind.Output, $"cannot use the run folder '{folder}': {e.Message.TrimEnd('.')}; choose another with -o", e);
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
        Execute("INSERT INTO model (name, onnx) VALUES ($a, $b)", RunState.OriginalBlob, originalModel.ToArray());
        transaction.Commit();
    }

    public ImmutableArray<JournalEntry> ReadJournal() =>
    [
        .. Query("SELECT entry FROM journal ORDER BY number", r => r.GetString(0)).Select(text =>
            JsonSerializer.Deserialize<JournalEntry>(text) ?? throw new InvalidOperationException("an empty journal entry")),
    ];

    /// <summary>Appends an entry together with the model it names, if any.</summary>
    /// <param name="dropped">Models that no entry needs any more.</param>
    public void Append(JournalEntry entry, (string Name, byte[] Onnx)? model = null, IEnumerable<string>? dropped = null)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var name in dropped ?? []) Execute("DELETE FROM model WHERE name = $a", name);
        if (model is { } m) Execute("INSERT OR REPLACE INTO model (name, onnx) VALUES ($a, $b)", m.Name, m.Onnx);
        Execute("INSERT INTO journal (entry) VALUES ($a)", JsonSerializer.Serialize(entry));
        transaction.Commit();
    }

    public byte[] ReadModel(string name) =>
        Query("SELECT onnx FROM model WHERE name = $a", r => (byte[])r[0], name).FirstOrDefault()
        ?? throw new InvalidOperationException($"the run's store has no model '{name}'");

    /// <summary>Begins with all that another run has decided, its models included.</summary>
    /// <exception cref="UserErrorException">Kind Output: that run cannot be opened.</exception>
    public void TakeOver(string folder)
    {
        using var other = Open(folder);
        var models = other.Query("SELECT name, onnx FROM model", r => (Name: r.GetString(0), Onnx: (byte[])r[1]));
        var entries = other.Query("SELECT entry FROM journal ORDER BY number", r => r.GetString(0));
        using var transaction = _connection.BeginTransaction();
        foreach (var (name, onnx) in models) Execute("INSERT OR REPLACE INTO model (name, onnx) VALUES ($a, $b)", name, onnx);
        foreach (var entry in entries) Execute("INSERT INTO journal (entry) VALUES ($a)", entry);
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
            throw new UserErrorException(UserErrorKind.Output, $"the run folder '{folder}' is in use by another cprune; wait for it or choose another with -o", e);
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
                UserErrorKind.Output, $"'{path}' was written by another version of cprune (format {version}, this one reads {FormatVersion}); choose another folder with -o");
        }

        using var transaction = _connection.BeginTransaction();
        Execute("CREATE TABLE header (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
        Execute("CREATE TABLE model (name TEXT PRIMARY KEY, onnx BLOB NOT NULL)");
        Execute("CREATE TABLE journal (number INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL)");
        Execute($"PRAGMA user_version = {FormatVersion}");
        transaction.Commit();
    }

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
