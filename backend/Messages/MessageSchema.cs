using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace ChatBackend.Messages;

/// <summary>The tables, and the settings that live in the database file.</summary>
internal static class MessageSchema
{
    /// <summary>AUTOINCREMENT, so that an id is not given again even when the newest message was deleted (sqlite.org/autoinc.html).</summary>
    private const string Tables =
        """
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS messages (
            id     INTEGER PRIMARY KEY AUTOINCREMENT,
            room   TEXT NOT NULL,
            author TEXT NOT NULL,
            text   TEXT NOT NULL,
            at     INTEGER NOT NULL, -- milliseconds since 1970
            key    TEXT              -- made by the client; a repeated POST finds its message again
        );
        CREATE INDEX IF NOT EXISTS messages_by_room ON messages (room, id);
        CREATE UNIQUE INDEX IF NOT EXISTS messages_by_key ON messages (room, author, key) WHERE key IS NOT NULL;
        CREATE TABLE IF NOT EXISTS epoch (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), value TEXT NOT NULL);
        INSERT INTO epoch VALUES (1, $epoch) ON CONFLICT DO NOTHING;
        COMMIT;
        """;

    /// <summary>Makes what is missing. Returns the epoch.</summary>
    public static string Apply(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();

        command.CommandText = Tables;
        command.Parameters.AddWithValue("$epoch", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        command.ExecuteNonQuery();

        command.CommandText = "SELECT value FROM epoch";
        command.Parameters.Clear();
        return (string)command.ExecuteScalar()!;
    }
}
