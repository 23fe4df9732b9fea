using Microsoft.Data.Sqlite;

namespace ChatBackend.Messages;

/// <summary>Stores messages on one connection, many in one transaction: the cost of a commit (an fsync) is shared by all that wait for it.</summary>
internal sealed class MessageBatch : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _find;

    public MessageBatch(MessageStore store)
    {
        _connection = store.OpenConnection();
        using (var pragma = _connection.CreateCommand())
        {
            // FULL: the log is synced at every commit, so an answered POST survives a loss of power too, not only the death of the process.
            pragma.CommandText = "PRAGMA synchronous = FULL";
            pragma.ExecuteNonQuery();
        }

        _insert = Prepare(
            """
            INSERT INTO messages (room, author, text, at, key) VALUES ($room, $author, $text, $at, $key)
            ON CONFLICT (room, author, key) WHERE key IS NOT NULL DO NOTHING RETURNING id
            """,
            "$room", "$author", "$text", "$at", "$key");
        _find = Prepare(
            "SELECT id, room, author, text, at, key FROM messages WHERE room = $room AND author = $author AND key = $key", "$room", "$author", "$key");
    }

    /// <summary>Stores all or nothing; results in the order of the messages.</summary>
    /// <exception cref="SqliteException">Nothing was stored.</exception>
    public List<PostResult> Commit(IReadOnlyList<PendingMessage> messages)
    {
        using var transaction = _connection.BeginTransaction();
        _insert.Transaction = _find.Transaction = transaction;
        var results = new List<PostResult>(messages.Count);
        foreach (var message in messages)
            results.Add(Insert(message));
        transaction.Commit();
        return results;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _find.Dispose();
        _connection.Dispose();
    }

    private PostResult Insert(PendingMessage message)
    {
        var at = message.At.ToUnixTimeMilliseconds();
        _insert.Parameters["$room"].Value = message.Room;
        _insert.Parameters["$author"].Value = message.Author;
        _insert.Parameters["$text"].Value = message.Text;
        _insert.Parameters["$at"].Value = at;
        _insert.Parameters["$key"].Value = (object?)message.Key ?? DBNull.Value;
        if (_insert.ExecuteScalar() is long id)
        {
            var stored = new ChatMessage(id, message.Room, message.Author, message.Text, DateTimeOffset.FromUnixTimeMilliseconds(at), message.Key);
            return new PostResult(PostOutcome.Stored, stored);
        }

        _find.Parameters["$room"].Value = message.Room;
        _find.Parameters["$author"].Value = message.Author;
        _find.Parameters["$key"].Value = message.Key;
        using var reader = _find.ExecuteReader();
        reader.Read();
        var earlier = MessageStore.ReadRow(reader);
        return earlier.Text == message.Text ? new PostResult(PostOutcome.AlreadyStored, earlier) : new PostResult(PostOutcome.KeyReused);
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new SqliteParameter(parameter, value: null));
        return command;
    }
}
