using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Tests.Running;
using Xunit;

namespace Chat.Tests.Processes;

public sealed class ProcessTests
{
    [Fact]
    public async Task Killed_while_posting_nothing_acknowledged_is_lost_and_no_id_is_given_twice()
    {
        using var folder = new TemporaryFolder();
        string[] args = [$"--Chat:DatabasePath={folder.File("chat.db")}", $"--Chat:SigningKey={ChatServer.SigningKey}"];
        var acknowledged = new ConcurrentDictionary<long, string>();

        for (var round = 0; round < 3; round++)
        {
            using var service = await ChatProcess.StartAsync([.. args, "--urls=http://127.0.0.1:0"]);
            using var ada = await SignInAsync(service);
            var before = acknowledged.Count;
            var writers = Enumerable.Range(0, 8).Select(writer => PostUntilItDiesAsync(ada, $"{round}-{writer}", acknowledged)).ToArray();
            await Deadline.Until(() => acknowledged.Count >= before + 200);
            await service.KillAsync();
            await Deadline.Within(Task.WhenAll(writers));
        }

        using var last = await ChatProcess.StartAsync([.. args, "--urls=http://127.0.0.1:0"]);
        using var reader = await SignInAsync(last);
        var stored = await ReadAllAsync(reader);
        var next = await reader.PostAsync("lobby", "after all");

        Assert.Equal(stored.Count, stored.Values.Distinct().Count());
        Assert.All(acknowledged, message => Assert.Equal(message.Value, stored.GetValueOrDefault(message.Key)));
        Assert.True(next > stored.Keys.Max());
    }

    [Fact]
    public async Task Interrupt_ends_open_streams_cleanly_and_exits_with_0()
    {
        using var folder = new TemporaryFolder();
        using var service = await ChatProcess.StartAsync($"--Chat:DatabasePath={folder.File("chat.db")}", "--urls=http://127.0.0.1:0");
        using var ada = await SignInAsync(service);
        using var stream = await ada.JoinAsync("lobby");

        var exit = service.InterruptAsync();

        // The process may be so slow to hear of it that a beat comes first.
        ReceivedEvent? last;
        do
        {
            last = await stream.NextAsync();
        }
        while (last is { Type: "beat" } or { Type: null, Data: null });
        Assert.Null(last);
        Assert.Equal(0, await exit);
    }

    [Fact]
    public async Task Wrong_settings_are_one_line_each_and_exit_code_2()
    {
        var (exitCode, errors) = await ChatProcess.RunAsync(
            "--Chat:DatabasePath=/no/such/folder/chat.db", "--Chat:MaxTextLength=-1", "--Chat:SigningKey=short");

        Assert.Equal(2, exitCode);
        Assert.Equal(3, errors.Length);
        Assert.All(errors, line => Assert.StartsWith("Chat:", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Address_in_use_is_one_line_and_exit_code_2()
    {
        using var folder = new TemporaryFolder();
        using var service = await ChatProcess.StartAsync($"--Chat:DatabasePath={folder.File("one.db")}", "--urls=http://127.0.0.1:0");

        var (exitCode, errors) = await ChatProcess.RunAsync(
            $"--Chat:DatabasePath={folder.File("two.db")}", $"--urls={service.Address.GetLeftPart(UriPartial.Authority)}",
            $"--Chat:SigningKey={ChatServer.SigningKey}");

        Assert.Equal(2, exitCode);
        Assert.Contains("address already in use", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:0/path")]
    [InlineData("ftp://127.0.0.1:0")]
    [InlineData("http://203.0.113.7:5081")] // of a network that no machine has (RFC 5737)
    [InlineData("https://127.0.0.1:0")] // no certificate
    public async Task Address_that_cannot_be_listened_on_is_one_line_and_exit_code_2(string address)
    {
        using var folder = new TemporaryFolder();

        var (exitCode, errors) = await ChatProcess.RunAsync(
            $"--Chat:DatabasePath={folder.File("chat.db")}", $"--urls={address}", $"--Chat:SigningKey={ChatServer.SigningKey}");

        Assert.Equal(2, exitCode);
        Assert.Matches("^(urls|cannot start): ", Assert.Single(errors));
    }

    private static async Task<ChatClient> SignInAsync(ChatProcess service)
    {
        using var anonymous = new ChatClient(service.Address);
        using var response = await anonymous.Http.PostAsJsonAsync("login", new { name = "ada" }, Deadline.Token());
        return new ChatClient(service.Address, (await response.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token())).GetProperty("token").GetString());
    }

    private static async Task PostUntilItDiesAsync(ChatClient client, string writer, ConcurrentDictionary<long, string> acknowledged)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var text = $"{writer} {i}";
                var id = await client.PostAsync("lobby", text);
                Assert.True(acknowledged.TryAdd(id, text), $"The id {id} was given twice.");
            }
        }
        catch (HttpRequestException)
        {
            // Killed, as planned: this message was not acknowledged.
        }
    }

    private static async Task<Dictionary<long, string>> ReadAllAsync(ChatClient client)
    {
        var stored = new Dictionary<long, string>();
        for (var more = true; more;)
        {
            var page = await client.HistoryAsync("lobby", $"?after={(stored.Count == 0 ? 0 : stored.Keys.Max())}&limit=200");
            foreach (var message in page.GetProperty("messages").EnumerateArray())
                stored.Add(message.GetProperty("id").GetInt64(), message.GetProperty("text").GetString()!);
            more = page.GetProperty("more").GetBoolean();
        }

        return stored;
    }
}
