using System.Security.Cryptography;
using System.Text;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Edge.Tickets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SseGateway.Reload;
using Xunit;

namespace Gateway.Tests.Reload;

/// <summary>Settings that change while streams live: catalogue 7.4.13.</summary>
[Trait("Case", "7.4.13")]
public sealed class ReloadTests
{
    [Fact]
    public async Task Live_stream_goes_on_and_new_ones_find_the_new_routes()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        await using var gateway = await StartAsync(file);
        var (exchange, response) = await gateway.OpenStreamAsync(upstream, "/old/1");

        file.Routes("new");
        Assert.True(await ReloadAsync(gateway));
        await Deadline.UntilAsync(async () => await StatusAsync(gateway, "/old/1") == 404);
        var (_, second) = await gateway.OpenStreamAsync(upstream, "/new/1");

        await exchange.SendAsync("data: on\n\n");
        await response.ExpectAsync("data: on\n\n");
        response.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task Settings_that_are_wrong_change_nothing_and_are_all_named()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        await using var gateway = await StartAsync(file);

        file.Routes("new");
        file.Set("Heartbeat", "soon");
        file.Set("Refusal", "politely");
        file.Destination("new", "nowhere");
        Assert.False(await ReloadAsync(gateway));

        foreach (var name in new[] { "SseGateway:Heartbeat", "SseGateway:Refusal", "ReverseProxy:Clusters:new:Destinations:one:Address" })
        {
            Assert.Single(gateway.Log.Lines, line => line.Contains(
                $"SettingsReload[131] The settings were not reloaded, those before stay in force: {name}: must", StringComparison.Ordinal));
        }

        Assert.Equal(404, await StatusAsync(gateway, "/new/1"));
        var (_, response) = await gateway.OpenStreamAsync(upstream, "/old/1");
        response.Dispose();
    }

    [Theory]
    [InlineData("{")]
    [InlineData(null)]
    public async Task File_that_is_broken_or_gone_changes_nothing(string? content)
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        await using var gateway = await StartAsync(file);
        file.Replace(content);
        Assert.False(await ReloadAsync(gateway));
        Assert.Single(gateway.Log.Lines, line => line.Contains("SettingsReload[131]", StringComparison.Ordinal));
        var (_, response) = await gateway.OpenStreamAsync(upstream, "/old/1");
        response.Dispose();
    }

    [Fact]
    public async Task Limits_count_those_that_are_there_and_hold_for_the_next()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        await using var gateway = await StartAsync(file);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/old/1");
        var (_, second) = await gateway.OpenStreamAsync(upstream, "/old/1");

        file.Set("Limits:Streams", "1");
        Assert.True(await ReloadAsync(gateway));
        Assert.Equal(429, await StatusAsync(gateway, "/old/1"));
        await exchange.SendAsync("data: on\n\n");
        await first.ExpectAsync("data: on\n\n");

        file.Set("Limits:Streams", "3");
        Assert.True(await ReloadAsync(gateway));
        var (_, third) = await gateway.OpenStreamAsync(upstream, "/old/1");
        foreach (var response in new[] { first, second, third }) response.Dispose();
    }

    [Fact]
    public async Task Clients_join_the_shared_stream_that_is_there_unless_its_own_settings_changed()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        file.Set("Sharing:Enabled", "true");
        file.Set("Sharing:ShareBy", "header:X-Room");
        await using var gateway = await StartAsync(file);
        var (exchange, first) = await gateway.OpenStreamAsync(upstream, "/old/1");

        file.Set("Heartbeat", "20s");
        Assert.True(await ReloadAsync(gateway));
        using var second = await gateway.OpenAsync("/old/1");
        Assert.Equal((200, 1), (second.Status, upstream.RequestCount));

        file.Set("Sharing:LogCount", "5");
        Assert.True(await ReloadAsync(gateway));
        var (newer, third) = await gateway.OpenStreamAsync(upstream, "/old/1");

        file.Set("Sharing:LogCount", "0");
        Assert.False(await ReloadAsync(gateway));
        await exchange.SendAsync("data: old\n\n");
        await newer.SendAsync("data: new\n\n");
        await first.ExpectAsync("data: old\n\n");
        await second.ExpectAsync("data: old\n\n");
        await third.ExpectAsync("data: new\n\n");
        first.Dispose();
        third.Dispose();
    }

    [Fact]
    public async Task Route_that_comes_with_a_lock_is_never_open()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        await using var gateway = await StartAsync(file);
        using var stop = new CancellationTokenSource();
        var reached = 0;
        upstream.Serve(exchange =>
        {
            Interlocked.Increment(ref reached);
            return exchange.AnswerAsync(200, "text/plain", "");
        });

        // Requests all the while: at every moment the route is either not there or locked.
        var asking = Task.Run(
            async () =>
            {
                var seen = new HashSet<int>();
                while (!stop.IsCancellationRequested) seen.Add(await StatusAsync(gateway, "/new/1"));
                return seen;
            },
            TestContext.Current.CancellationToken);
        for (var i = 0; i < 10; i++)
        {
            file.Routes("old", "new");
            foreach (var setting in Tokens.RequireHs256())
            {
                var (key, value) = (setting.Split('=')[0].Replace("SseGateway:", "Routes:new:", StringComparison.Ordinal),
                    setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
                file.Set(key, value);
            }

            Assert.True(await ReloadAsync(gateway));
            await Deadline.UntilAsync(async () => await StatusAsync(gateway, "/new/1") == 401);
            file.Routes("old");
            file.Set("Routes", null);
            Assert.True(await ReloadAsync(gateway));
            await Deadline.UntilAsync(async () => await StatusAsync(gateway, "/new/1") == 404);
        }

        await stop.CancelAsync();
        Assert.Equal([401, 404], (await asking).Order());
        Assert.Equal(0, reached);
    }

    [Fact]
    public async Task Streams_of_a_key_that_is_taken_out_end_at_once()
    {
        const string Gone = "the key that goes";
        const string Stays = "the key that stays";
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        file.Set("Authentication:Mode", "Required");
        Keys(file, Gone, Stays);
        await using var gateway = await StartAsync(file);
        var (_, ended) = await gateway.OpenEventSourceAsync(upstream, "/old/1", $"X-Api-Key: {Gone}");
        var (exchange, lives) = await gateway.OpenEventSourceAsync(upstream, "/old/1", $"X-Api-Key: {Stays}");

        Keys(file, Stays);
        Assert.True(await ReloadAsync(gateway));
        await ended.ExpectEndAsync("", BodyEnding.Clean);
        await exchange.SendAsync("data: on\n\n");
        await lives.ExpectAsync("data: on\n\n");

        // YARP makes its endpoints in the background.
        await Deadline.UntilAsync(async () => await StatusAsync(gateway, "/old/1", $"X-Api-Key: {Gone}") == 401);
        ended.Dispose();
        lives.Dispose();
    }

    // Nobody could tell from its request that it would be a stream, so it had no place yet, and was not among those that ended.
    [Fact]
    public async Task Stream_that_a_key_asked_for_and_that_begins_when_the_key_is_taken_out_ends_at_once()
    {
        const string Gone = "the key that goes";
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        file.Set("Authentication:Mode", "Required");
        Keys(file, Gone, "another");
        await using var gateway = await StartAsync(file);
        using var client = await gateway.BeginAsync("GET", "/old/1", ["Accept: */*", $"X-Api-Key: {Gone}"]);
        var exchange = await upstream.NextAsync();

        Keys(file, "another");
        Assert.True(await ReloadAsync(gateway));
        await exchange.StartStreamAsync();

        await Assert.ThrowsAsync<IOException>(() => client.ReadResponseAsync());
        await exchange.WaitForPeerCloseAsync();
        await Deadline.UntilAsync(() => gateway.Limiter.Count == 0);
    }

    [Fact]
    public async Task Ticket_opens_its_stream_again_after_a_reload_until_its_key_is_taken_out()
    {
        const string Key = "the key of the ticket";
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.StartStreamAsync());
        var file = new SettingsFile(upstream.Url);
        file.Set("Authentication:Mode", "Required");
        Keys(file, Key, "another");
        await using var gateway = await StartAsync(file);
        var url = $"/old/1?ticket={await gateway.TicketAsync($"X-Api-Key: {Key}")}";
        using (var first = await gateway.OpenAsync(url)) Assert.Equal(200, first.Status);

        file.Set("Heartbeat", "3s");
        Keys(file, Key);
        Assert.True(await ReloadAsync(gateway));
        await Deadline.UntilAsync(async () => await StatusAsync(gateway, "/old/1", "X-Api-Key: another") == 401);
        using (var again = await gateway.ReopenAsync(url)) Assert.Equal(200, again.Status);

        Keys(file, "yet another");
        Assert.True(await ReloadAsync(gateway));
        await Deadline.UntilAsync(async () => await StatusAsync(gateway, "/old/1", $"X-Api-Key: {Key}") == 401);
        using (var gone = await gateway.ReopenAsync(url)) Assert.Equal(401, gone.Status);
    }

    [Fact]
    public async Task Drain_that_is_reloaded_is_not_cut_off_by_the_hosts_shutdown_timeout()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        await using var gateway = await StartAsync(file);

        var host = gateway.Services.GetRequiredService<IOptions<HostOptions>>().Value;
        Assert.Equal(TimeSpan.FromSeconds(1), host.ShutdownTimeout);

        Assert.True(await ReloadAsync(gateway));

        // The command line's window, which is 0, and what comes after it.
        Assert.Equal(TimeSpan.FromSeconds(20), host.ShutdownTimeout);
    }

    [Fact]
    public async Task What_takes_a_restart_is_said()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        await using var gateway = await StartAsync(file);
        file.Set("Timeouts:Connect", "7s");
        Assert.True(await ReloadAsync(gateway));
        Assert.Single(gateway.Log.Lines, line => line.Contains("SettingsReload[132] SseGateway:Timeouts:Connect has changed", StringComparison.Ordinal));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("urls has changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_host_has_taken_at_its_start_is_said_to_stay()
    {
        await using var upstream = ScriptedUpstream.Start();
        var file = new SettingsFile(upstream.Url);
        file.Root("Kestrel", """{ "Endpoints": { "A": { "Url": "http://127.0.0.1:0" } } }""");
        await using var gateway = await StartAsync(file);
        Assert.True(await ReloadAsync(gateway));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("[132]", StringComparison.Ordinal));

        file.Root("Kestrel", """{ "Endpoints": { "A": { "Url": "http://127.0.0.1:1", "Protocols": "Http2" }, "B": { "Url": "http://127.0.0.1:2" } } }""");
        file.Root("Logging", """{ "LogLevel": { "Default": "Debug" } }""");
        Assert.True(await ReloadAsync(gateway));

        foreach (var setting in new[] { "Kestrel:Endpoints:A", "Kestrel:Endpoints:B", "Logging:LogLevel:Default" })
        {
            Assert.Single(gateway.Log.Lines, line => line.Contains($"[132] {setting} has changed; that takes a restart", StringComparison.Ordinal));
        }

        Assert.Equal(3, gateway.Log.Lines.Count(line => line.Contains("[132]", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Changed_file_and_sighup_are_noticed_by_the_program()
    {
        await using var upstream = ScriptedUpstream.Start();
        upstream.Serve(exchange => exchange.AnswerAsync(200, "text/plain", ""));
        var file = new SettingsFile(upstream.Url);
        await using var gateway = GatewayProcess.Start("--config", file.Path, "--urls", "http://127.0.0.1:0", "--admin-url", "off");
        using var http = new HttpClient { BaseAddress = await gateway.AddressAsync(), Timeout = Deadline.Limit };

        file.Routes("new");
        await Deadline.UntilAsync(async () => (await http.GetAsync("/new/1", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        var reloads = Reloads(gateway);
        await gateway.SignalAsync("HUP");
        await Deadline.UntilAsync(async () =>
        {
            // A request as the pause: the process is as slow as the machine.
            await http.GetAsync("/new/1", TestContext.Current.CancellationToken);
            return Reloads(gateway) > reloads;
        });
    }

    private static int Reloads(GatewayProcess gateway) => gateway.Console.Split("SettingsReload[130]").Length - 1;

    private static void Keys(SettingsFile file, params string[] keys)
    {
        file.Set("Authentication:ApiKeys", null);
        for (var i = 0; i < keys.Length; i++)
        {
            file.Set($"Authentication:ApiKeys:Keys:k{i}:Subject", "bot");
            file.Set($"Authentication:ApiKeys:Keys:k{i}:Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(keys[i]))));
        }
    }

    private static Task<GatewayUnderTest> StartAsync(SettingsFile file) => GatewayUnderTest.StartWithArgumentsAsync("--config", file.Path);

    private static Task<bool> ReloadAsync(GatewayUnderTest gateway) => gateway.Services.GetRequiredService<SettingsReload>().RunAsync();

    private static async Task<int> StatusAsync(GatewayUnderTest gateway, string path, params string[] fields)
    {
        using var answer = await gateway.SendAsync("GET", path, ["Accept: text/event-stream", .. fields]);
        return answer.Status;
    }
}
