using System.Net;
using Chat.Tests.Running;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Chat.Tests.Messages;

public sealed class StorageTests
{
    [Fact]
    public async Task Restart_keeps_messages_epoch_and_keys_and_goes_on_counting()
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("chat.db");
        List<long> ids;
        string? epoch;
        await using (var server = await ChatServer.StartOnAsync(database))
        {
            var ada = await server.SignInAsync("ada");
            ids = await ada.PostManyAsync("lobby", 3);
            ids.Add(await ada.PostAsync("lobby", "with a key", "key"));
            epoch = (await ada.HistoryAsync("lobby")).GetProperty("epoch").GetString();
            await server.StopAsync();
        }

        await using var again = await ChatServer.StartOnAsync(database);
        var back = await again.SignInAsync("ada");
        var repeated = await back.PostAsync("lobby", "with a key", "key");
        var next = await back.PostAsync("lobby", "next");

        Assert.Equal(ids[^1], repeated);
        Assert.True(next > ids[^1]);
        Assert.Equal([.. ids, next], await back.HistoryIdsAsync("lobby"));
        Assert.Equal(epoch, (await back.HistoryAsync("lobby")).GetProperty("epoch").GetString());
    }

    [Fact]
    public async Task Id_of_a_deleted_newest_message_is_not_given_again()
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("chat.db");
        long last;
        await using (var server = await ChatServer.StartOnAsync(database))
            last = (await (await server.SignInAsync("ada")).PostManyAsync("lobby", 3))[^1];
        Execute(database, $"DELETE FROM messages WHERE id = {last}");

        await using var again = await ChatServer.StartOnAsync(database);

        Assert.True(await (await again.SignInAsync("ada")).PostAsync("lobby", "next") > last);
    }

    [Fact]
    public async Task Another_database_has_another_epoch()
    {
        await using var one = await ChatServer.StartAsync();
        await using var two = await ChatServer.StartAsync();

        var epochs = new List<string?>();
        foreach (var server in (ChatServer[])[one, two])
            epochs.Add((await (await server.SignInAsync("ada")).HistoryAsync("lobby")).GetProperty("epoch").GetString());

        Assert.Equal(2, epochs.Distinct().Count());
    }

    [Fact]
    public async Task Full_queue_is_503_with_retry_after_and_the_queued_are_stored()
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("chat.db");
        await using var server = await ChatServer.StartOnAsync(database, "Chat:WriteQueueLength=2");
        var ada = await server.SignInAsync("ada");

        // Holds the writer up, as a slow disk would.
        using var connection = new SqliteConnection($"Data Source={database};Pooling=false");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        var posts = Enumerable.Range(0, 20).Select(i => ada.SendAsync("lobby", $"message {i}")).ToList();
        var refused = await Deadline.Within(await Task.WhenAny(posts));
        transaction.Rollback();
        var answers = await Deadline.Within(Task.WhenAll(posts));

        await ProblemAssert.IsAsync(HttpStatusCode.ServiceUnavailable, refused);
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), (await ada.HistoryIdsAsync("lobby")).Count);
    }

    [Fact]
    public async Task Failed_commit_is_503_and_the_next_one_works()
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("chat.db");
        await using var server = await ChatServer.StartOnAsync(database);
        var ada = await server.SignInAsync("ada");
        await ada.PostAsync("lobby", "works");

        Execute(database, "CREATE TRIGGER broken BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'no'); END");
        using var failed = await ada.SendAsync("lobby", "does not");
        Execute(database, "DROP TRIGGER broken");

        await ProblemAssert.IsAsync(HttpStatusCode.ServiceUnavailable, failed);
        Assert.NotNull(failed.Headers.RetryAfter);
        await ada.PostAsync("lobby", "works again");
        Assert.Equal(2, (await ada.HistoryIdsAsync("lobby")).Count);
        Assert.Contains(server.Log.Lines, line => line.StartsWith("Error ChatBackend.Messages.MessageWriter: 1 messages", StringComparison.Ordinal));
    }

    private static void Execute(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
