using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Tests.Running;
using Gateway.Tests.Upstream;
using Xunit;

namespace Gateway.Tests.Relay;

/// <summary>The bytes of a stream pass unchanged (CATALOGUE 0.8): cases 7.1.1-7.1.3, 7.1.6, 2.3, 2.4.</summary>
public sealed class BodyTests(BodyTests.Running running) : IClassFixture<BodyTests.Running>
{
    public static TheoryData<string> CaseIds => [.. ParseCases.Ids];

    [Theory]
    [Trait("Case", "7.1.2")]
    [MemberData(nameof(CaseIds))]
    public async Task Every_body_of_the_parse_cases_passes_unchanged(string id)
    {
        var body = ParseCases.Body(id);
        await PassesAsync(body, [body]);
    }

    [Theory]
    [Trait("Case", "7.1.1")]
    [Trait("Case", "2.1.2")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Reference_body_passes_unchanged_in_pieces_of_any_size(int size)
    {
        var body = ParseCases.Body("2.1.1");
        await PassesAsync(body, body.Chunk(size));
    }

    [Fact]
    [Trait("Case", "2.1.7")]
    public async Task Reference_body_passes_unchanged_over_seeded_random_splits()
    {
        var body = ParseCases.Body("2.1.1");
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var pieces = new List<byte[]>();
            for (var at = 0; at < body.Length; at += pieces[^1].Length) pieces.Add(body[at..Math.Min(body.Length, at + random.Next(1, 18))]);
            await PassesAsync(body, pieces);
        }
    }

    [Fact]
    [Trait("Case", "7.1.3")]
    public async Task Unfinished_tail_passes_and_is_not_repaired()
    {
        var body = Encoding.UTF8.GetBytes("data: a\n\ndata: b");
        await PassesAsync(body, [body]);
    }

    [Theory]
    [Trait("Case", "2.3.2")]
    [Trait("Case", "2.3.4")]
    [Trait("Case", "2.3.6")]
    [Trait("Case", "2.3.7")]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(16383)]
    [InlineData(16384)]
    [InlineData(16385)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(1048576)]
    [InlineData(5242880)]
    public async Task Line_of_any_length_passes(int length)
    {
        var body = Encoding.UTF8.GetBytes("data: " + new string('x', length - 7) + "\n\ndata: next\n\n");
        await PassesAsync(body, [body]);
    }

    [Fact]
    [Trait("Case", "2.4.3")]
    public async Task Hundred_thousand_tiny_events_pass_in_order()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 100_000).Select(i => $"data: {i.ToString(CultureInfo.InvariantCulture)}\n\n")));
        await PassesAsync(body, body.Chunk(64 * 1024));
    }

    [Fact]
    [Trait("Case", "7.1.6")]
    public async Task Sixty_four_streams_at_once_lose_and_mix_nothing()
    {
        await using var upstream = ScriptedUpstream.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream);
        upstream.Serve(async exchange =>
        {
            var stream = exchange.Request.Target[1..];
            await exchange.StartStreamAsync();
            for (var i = 0; i < 200; i++) await exchange.SendAsync(Event(stream, i));
            await exchange.EndAsync();
        });

        await Task.WhenAll(Enumerable.Range(0, 64).Select(ReadAsync));

        async Task ReadAsync(int number)
        {
            var stream = $"stream-{number.ToString(CultureInfo.InvariantCulture)}";
            using var response = await gateway.OpenAsync("/" + stream);
            await response.ExpectEndAsync(string.Concat(Enumerable.Range(0, 200).Select(i => Event(stream, i))), BodyEnding.Clean);
        }

        static string Event(string stream, int i) => $"id: {i.ToString(CultureInfo.InvariantCulture)}\ndata: {stream} {new string('.', i % 50)}\n\n";
    }

    private async Task PassesAsync(byte[] body, IEnumerable<byte[]> pieces)
    {
        using var client = await running.Gateway.BeginAsync("GET", "/events", ["Accept: text/event-stream"]);
        var exchange = await running.Upstream.NextAsync();
        await exchange.StartStreamAsync();
        var response = await client.ReadResponseAsync();

        var sending = SendAsync();
        var (received, ending) = await response.ReadToEndAsync();
        await sending;

        Assert.Equal(BodyEnding.Clean, ending);
        Assert.Equal(body.Length, received.Length);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), Convert.ToHexString(SHA256.HashData(received)));

        async Task SendAsync()
        {
            foreach (var piece in pieces) await exchange.SendAsync(piece);
            await exchange.EndAsync();
        }
    }

    /// <summary>One gateway for all bodies of this class; its tests run one after another.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal ScriptedUpstream Upstream { get; } = ScriptedUpstream.Start();

        internal GatewayUnderTest Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await GatewayUnderTest.StartAsync(Upstream);

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Upstream.DisposeAsync();
        }
    }
}
