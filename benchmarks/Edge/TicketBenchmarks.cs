using System.ComponentModel;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Edge.Authentication;
using SseGateway.Edge.Tickets;

namespace Benchmarks.Edge;

/// <summary>
/// A ticket that opens its stream again, among 10,000. The baseline is the SHA-256 of its text, which there is no check without: what is kept is not
/// the ticket.
/// </summary>
[Description("A ticket that opens its stream again, among 10,000; `Hash` is the SHA-256 of its text, without which there is no check.")]
public class TicketBenchmarks
{
    private readonly string[] _tickets = new string[1000];
    private RouteSettings? _route;
    private TicketStore? _store;
    private int _next;

    [GlobalSetup]
    public void Prepare()
    {
        var key = new ApiKey { Subject = "ada", Sha256 = new SecretBytes(SHA256.HashData("ada"u8)) };
        _route = new RouteSettings { Authentication = new() { Mode = AuthenticationMode.Required, ApiKeys = new() { Keys = [key] } } };
        _store = new TicketStore(TimeProvider.System, new CurrentSettings(new GatewaySettings { Tickets = new() { Total = 20_000, PerSubject = 10 } }));
        for (var i = 0; i < 10_000; i++)
        {
            var caller = new Caller($"user-{i}", CallerKind.ApiKey, ExpiresAt: null, KeyId: key.Id);
            var ticket = _store.Issue([new TicketGrant(_route, caller, new ClaimsIdentity(), DateTimeOffset.UtcNow.AddDays(1))]).Ticket!;
            if (i < _tickets.Length)
            {
                _tickets[i] = ticket.Reveal();
            }

            // From its first use on it is a lease, which does not end after 30 s.
            _store.Redeem(ticket, _route, "stream").Use!.Dispose();
        }
    }

    [Benchmark(Baseline = true)]
    public int Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(_tickets[_next++ % _tickets.Length]))[0];

    [Benchmark]
    public void Redeem() => _store!.Redeem(Ticket.Of(_tickets[_next++ % _tickets.Length]), _route!, "stream").Use!.Dispose();
}
