using ChatBackend.Configuration;
using Microsoft.Data.Sqlite;

namespace ChatBackend.Messages;

/// <summary>
/// The database file. Reads run beside the writer on pooled connections (write-ahead log: neither waits for the other); writes go through
/// <see cref="MessageWriter"/> alone.
/// </summary>
internal sealed class MessageStore : IDisposable
{
    private const string Columns = "id, room, author, text, at, key";

    private readonly string _connectionString;
    private readonly FileStream _lock;

    private MessageStore(string connectionString, FileStream fileLock, string epoch)
    {
        _connectionString = connectionString;
        _lock = fileLock;
        Epoch = epoch;
    }

    /// <summary>Random, made with the database. Tells clients that what they know is from another database.</summary>
    public string Epoch { get; }

    /// <summary>Opens or makes the database.</summary>
    /// <exception cref="ChatStartupException">The file is no database, not writable, or used by another process.</exception>
    public static MessageStore Open(ChatOptions options)
    {
        var path = Path.GetFullPath(options.DatabasePath);
        FileStream fileLock;
        try
        {
            // A second process would store messages that this one's streams never hear of. The kernel drops the lock with the process, also after kill -9.
            fileLock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChatStartupException([$"Chat:DatabasePath: '{options.DatabasePath}' is in use by another process, or not writable: {e.Message}"]);
        }

        var connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5 }.ToString();
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            return new MessageStore(connectionString, fileLock, MessageSchema.Apply(connection));
        }
        catch (SqliteException e)
        {
            fileLock.Dispose();
            throw new ChatStartupException([$"Chat:DatabasePath: '{options.DatabasePath}' cannot be used: {e.Message}"]);
        }
    }

    /// <summary>The highest id in a room, 0 for none.</summary>
    public long ReadHead(string room)
    {
        using var connection = OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT max(id) FROM messages WHERE room = $room";
        command.Parameters.AddWithValue("$room", room);
        return command.ExecuteScalar() is long head ? head : 0;
    }

    /// <summary>Up to <paramref name="limit"/> messages with ids greater than <paramref name="after"/>, the lowest first.</summary>
    public List<ChatMessage> ReadAfter(string room, long after, int limit) =>
        Read($"SELECT {Columns} FROM messages WHERE room = $room AND id > $bound ORDER BY id LIMIT $limit", room, after, limit);

    /// <summary>The newest <paramref name="limit"/> messages with ids less than <paramref name="before"/>, in ascending order.</summary>
    public List<ChatMessage> ReadBefore(string room, long before, int limit)
    {
        var messages = Read($"SELECT {Columns} FROM messages WHERE room = $room AND id < $bound ORDER BY id DESC LIMIT $limit", room, before, limit);
        messages.Reverse();
        return messages;
    }

    public SqliteConnection OpenConnection()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        // The pool keeps the file open otherwise. Only this store's pool: a process may host several.
        using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
        _lock.Dispose();
    }

    private List<ChatMessage> Read(string sql, string room, long bound, int limit)
    {
        using var connection = OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$room", room);
        command.Parameters.AddWithValue("$bound", bound);
        command.Parameters.AddWithValue("$limit", limit);
        using var reader = command.ExecuteReader();
        var messages = new List<ChatMessage>();
        while (reader.Read())
            messages.Add(ReadRow(reader));
        return messages;
    }

    /// <summary>Reads a row that was selected as id, room, author, text, at, key.</summary>
    public static ChatMessage ReadRow(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        row.IsDBNull(5) ? null : row.GetString(5));
}
