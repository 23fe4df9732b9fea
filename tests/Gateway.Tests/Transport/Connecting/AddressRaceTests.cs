using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Streams.Budgets.Files;
using SseGateway.Transport.Connecting;
using Xunit;

namespace Gateway.Tests.Transport.Connecting;

/// <summary>
/// A name with several addresses of which some are of hosts that are down: a listener with a full queue lets the kernel drop every SYN to it,
/// as nobody at all would.
/// </summary>
public sealed class AddressRaceTests
{
    private const string Name = "two.test";
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.2");

    private readonly Names _names = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FileBudget _files = new(TimeProvider.System, NullLogger<FileBudget>.Instance, limit: 1000, capacity: 1000);

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    public async Task The_next_address_is_tried_after_a_head_start_and_the_one_that_is_down_comes_last_for_a_while(string down)
    {
        await using var living = ScriptedUpstream.Start();
        using var dead = new FullListener(IPAddress.Parse(down), living.Port);
        _names[Name] = [IPAddress.Parse(down), IPAddress.Loopback];
        var race = new AddressRace(_names, _time, _files);

        var first = ConnectAsync(race, living.Port);
        _time.Advance(TimeSpan.FromMilliseconds(240));
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        await Deadline.ForAsync(first);

        // Nothing passes any more: the address that is up comes first.
        await Deadline.ForAsync(ConnectAsync(race, living.Port));

        // And after a while the other one has its turn again.
        _time.Advance(TimeSpan.FromSeconds(31));
        var later = ConnectAsync(race, living.Port);
        Assert.False(later.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await Deadline.ForAsync(later);
    }

    [Fact]
    public async Task An_address_that_refuses_gives_way_at_once()
    {
        await using var living = ScriptedUpstream.Start();
        _names[Name] = [Other, IPAddress.Parse("127.0.0.3"), IPAddress.Loopback];

        await Deadline.ForAsync(ConnectAsync(new AddressRace(_names, _time, _files), living.Port));
    }

    [Fact]
    public async Task Where_all_are_down_it_is_over_when_the_caller_gives_up_and_where_all_refuse_at_once()
    {
        using var dead = new FullListener();
        using var deadToo = new FullListener(Other, dead.Port);
        using var refusing = new ClosedPort();
        _names[Name] = [IPAddress.Loopback, Other];
        var race = new AddressRace(_names, TimeProvider.System, _files);
        using var patience = new CancellationTokenSource();
        var waiting = race.ConnectAsync(new DnsEndPoint(Name, dead.Port), patience.Token).AsTask();
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Deadline.ForAsync(waiting));
        var refused = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(race, refusing.Number));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Equal(SocketError.HostNotFound, (
            await Assert.ThrowsAsync<SocketException>(
            async () => await race.ConnectAsync(new DnsEndPoint("none.test", 80), TestContext.Current.CancellationToken))).SocketErrorCode);
    }

    [Fact]
    public void Families_take_turns_and_what_lags_comes_last()
    {
        var lagging = new LaggingAddresses(_time);
        var (six, sixToo, four, fourToo) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"), IPAddress.Parse("192.0.2.1"),
            IPAddress.Parse("192.0.2.2"));
        IPAddress[] all = [six, sixToo, four, fourToo];

        Assert.Equal([six, four, sixToo, fourToo], Order());
        lagging.Note(new IPEndPoint(six, 80));
        Assert.Equal([four, sixToo, fourToo, six], Order());
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal([six, four, sixToo, fourToo], Order());

        IPAddress[] Order() => [.. lagging.Order(all, 80).Select(address => address.Address)];
    }

    [Fact]
    public async Task Requests_are_answered_by_the_address_that_is_up()
    {
        await using var living = ScriptedUpstream.Start();
        using var dead = new FullListener(Other, living.Port);
        _names[Name] = [Other, IPAddress.Loopback];
        living.Serve(exchange => exchange.AnswerAsync(200, "text/plain", "here", "Connection: close"));
        await using var gateway = await StartAsync($"http://{Name}:{living.Port}", _names);

        for (var request = 0; request < 3; request++)
        {
            using var response = await gateway.SendAsync("GET", "/any");
            Assert.Equal((200, "here"), (response.Status, await response.ReadTextAsync()));
        }
    }

    /// <summary>Started with names of the test's.</summary>
    internal static async Task<GatewayUnderTest> StartAsync(string url, Names names, params string[] settings)
    {
        await using var unused = ScriptedUpstream.Start();
        return await GatewayUnderTest.StartAsync(
            unused, services => services.AddSingleton<INameResolver>(names), ["ReverseProxy:Clusters:upstream:Destinations:0:Address=" + url, .. settings]);
    }

    private static async Task ConnectAsync(AddressRace race, int port)
    {
        using var socket = await race.ConnectAsync(new DnsEndPoint(Name, port), TestContext.Current.CancellationToken);
        Assert.True(socket.Connected);
    }
}
