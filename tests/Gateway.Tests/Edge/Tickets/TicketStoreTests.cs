using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Edge.Authentication;
using SseGateway.Edge.Tickets;
using SseGateway.Streams.Limits;
using Xunit;

namespace Gateway.Tests.Edge.Tickets;

public sealed class TicketStoreTests
{
    private static readonly RouteSettings Route = RouteFor("ada", "bob", "eve");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_ticket_opens_its_stream_as_the_one_it_was_issued_to()
    {
        var store = Store();
        var end = _time.GetUtcNow() + TimeSpan.FromMinutes(5);

        var redeemed = store.Redeem(Issue(store, "ada", minutes: 5), Route, "a");

        Assert.Equal(AuthenticationOutcome.Accepted, redeemed.Outcome);
        Assert.Equal(new Caller("ada", CallerKind.ApiKey, end, KeyId: KeyOf("ada").Id), redeemed.Caller);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public void The_first_use_must_come_in_time(int seconds, bool inTime)
    {
        var store = Store();
        var ticket = Issue(store);

        _time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(inTime ? AuthenticationOutcome.Accepted : AuthenticationOutcome.Invalid, store.Redeem(ticket, Route, "a").Outcome);
    }

    [Fact]
    public void After_its_first_use_it_opens_that_stream_again_and_again_until_the_credential_ends()
    {
        var store = Store();
        var ticket = Issue(store, minutes: 5);

        for (var minute = 0; minute < 5; minute++)
        {
            using var use = store.Redeem(ticket, Route, "a").Use;
            Assert.NotNull(use);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(AuthenticationOutcome.Invalid, store.Redeem(ticket, Route, "a").Outcome);
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void It_waits_for_its_first_use_no_longer_than_the_credential_lasts()
    {
        var store = Store();

        var issue = store.Issue([Grant("ada", TimeSpan.FromSeconds(10))]);

        Assert.Equal((TimeSpan.FromSeconds(10), _time.GetUtcNow().AddSeconds(10)), (issue.UsableFor, issue.EndsAt));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(AuthenticationOutcome.Invalid, store.Redeem(issue.Ticket!, Route, "a").Outcome);
    }

    [Fact]
    public void Another_stream_is_not_opened_with_it()
    {
        var store = Store();
        var ticket = Issue(store);
        store.Redeem(ticket, Route, "a").Use!.Dispose();

        Assert.Equal(AuthenticationOutcome.Invalid, store.Redeem(ticket, Route, "b").Outcome);
        Assert.Equal(AuthenticationOutcome.Accepted, store.Redeem(ticket, Route, "a").Outcome);
    }

    [Fact]
    public void On_a_route_that_did_not_accept_the_credential_it_is_worth_nothing_and_not_used_up()
    {
        var store = Store();
        var ticket = Issue(store);

        Assert.Equal(AuthenticationOutcome.Invalid, store.Redeem(ticket, RouteFor("bob"), "a").Outcome);
        Assert.Equal(AuthenticationOutcome.Accepted, store.Redeem(ticket, Route, "b").Outcome);
    }

    [Fact]
    public void The_newest_use_has_the_ticket_and_the_one_before_it_ends()
    {
        var (store, limiter) = (Store(), new StreamLimiter(_time, maxStreams: 0));
        var ticket = Issue(store);
        var first = Begin(store, limiter, ticket);
        Assert.False(first.Lease.Evicted);

        var second = Begin(store, limiter, ticket);
        first.Use.Dispose();
        Assert.True(first.Lease.Evicted);
        Assert.False(second.Lease.Evicted);

        // The end of the first stream is not the end of the second.
        Assert.Same(second.Lease, store.Redeem(ticket, Route, "a").Use!.Predecessor);
        second.Use.Dispose();
        Assert.Null(store.Redeem(ticket, Route, "a").Use!.Predecessor);
    }

    [Fact]
    public void A_use_that_never_got_its_place_ends_nobody()
    {
        var (store, limiter) = (Store(), new StreamLimiter(_time, maxStreams: 0));
        var ticket = Issue(store);
        var first = Begin(store, limiter, ticket);

        store.Redeem(ticket, Route, "a").Use!.Dispose();

        Assert.False(first.Lease.Evicted);
        Assert.Same(first.Lease, store.Redeem(ticket, Route, "a").Use!.Predecessor);
    }

    [Fact]
    public async Task Of_many_first_uses_at_once_all_that_win_are_for_one_stream()
    {
        for (var round = 0; round < 50; round++)
        {
            var store = Store();
            var ticket = Issue(store);
            using var start = new Barrier(4);

            var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(TestContext.Current.CancellationToken);
                    var stream = n % 2 == 0 ? "a" : "b";
                    return (Stream: stream, store.Redeem(ticket, Route, stream).Outcome);
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.Single(outcomes.Where(one => one.Outcome == AuthenticationOutcome.Accepted).Select(one => one.Stream).Distinct());
        }
    }

    [Fact]
    public void A_subjects_next_ticket_takes_the_place_of_its_oldest_unused_one()
    {
        var store = Store(perSubject: 3);
        var lease = Issue(store);
        var use = Begin(store, new StreamLimiter(_time, maxStreams: 0), lease);
        var oldest = Issue(store);
        var other = Issue(store);
        var stranger = Issue(store, "bob");

        var next = Issue(store);

        Assert.Equal(AuthenticationOutcome.Invalid, store.Redeem(oldest, Route, "b").Outcome);
        Assert.All([other, next, stranger], ticket => Assert.Equal(AuthenticationOutcome.Accepted, store.Redeem(ticket, Route, "b").Outcome));
        Assert.Same(use.Lease, store.Redeem(lease, Route, "a").Use!.Predecessor);
    }

    [Fact]
    public void Where_all_were_used_the_oldest_without_a_stream_goes_and_one_with_a_stream_never_does()
    {
        var store = Store(perSubject: 2);
        var live = Issue(store);
        var limiter = new StreamLimiter(_time, maxStreams: 0);
        var use = Begin(store, limiter, live);
        var idle = Issue(store);
        store.Redeem(idle, Route, "a").Use!.Dispose();

        var next = Issue(store);
        Assert.Equal(AuthenticationOutcome.Invalid, store.Redeem(idle, Route, "a").Outcome);
        Begin(store, limiter, next);

        Assert.Equal(TicketIssueOutcome.SubjectFull, store.Issue([Grant()]).Outcome);
        Assert.Same(use.Lease, store.Redeem(live, Route, "a").Use!.Predecessor);
    }

    [Fact]
    public void No_more_are_issued_than_there_may_be_and_those_that_end_make_room()
    {
        var store = Store(total: 2);
        Issue(store, "ada");
        Issue(store, "bob");

        Assert.Equal(TicketIssueOutcome.Full, store.Issue([Grant("eve")]).Outcome);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(TicketIssueOutcome.Issued, store.Issue([Grant("eve")]).Outcome);
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public void Revoked_tickets_are_worth_nothing_and_others_are_untouched()
    {
        var store = Store();
        var used = Issue(store);
        using var use = store.Redeem(used, Route, "a").Use;
        var unused = Issue(store);
        var stranger = Issue(store, "bob");

        Assert.Equal(2, store.Revoke(caller => caller.KeyId == KeyOf("ada").Id));
        use!.Dispose();

        Assert.All([used, unused], ticket => Assert.Equal(AuthenticationOutcome.Invalid, store.Redeem(ticket, Route, "a").Outcome));
        Assert.Equal(AuthenticationOutcome.Accepted, store.Redeem(stranger, Route, "a").Outcome);
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public void A_ticket_is_256_random_bits_that_no_log_shows()
    {
        var (one, other) = (Ticket.Create(), Ticket.Create());

        Assert.Equal("***", $"{one}");
        Assert.Matches("^[A-Za-z0-9_-]{43}$", one.Reveal());
        Assert.NotEqual(one.Reveal(), other.Reveal());
        Assert.DoesNotContain(one.Reveal(), new TicketIssue(TicketIssueOutcome.Issued, one).ToString(), StringComparison.Ordinal);
    }

    private static RouteSettings RouteFor(params string[] subjects) => new()
    {
        Authentication = new() { Mode = AuthenticationMode.Required, ApiKeys = new() { Keys = [.. subjects.Select(KeyOf)] } },
    };

    private static ApiKey KeyOf(string subject) =>
        new() { Subject = subject, Sha256 = new SecretBytes(SHA256.HashData(Encoding.UTF8.GetBytes(subject))) };

    [Fact]
    public void Settings_that_are_reloaded_hold_for_the_next_ticket()
    {
        var settings = new CurrentSettings(new GatewaySettings());
        var store = new TicketStore(_time, settings);
        var first = Issue(store);

        settings.Replace(new GatewaySettings { Tickets = new TicketSettings { FirstUse = TimeSpan.FromSeconds(5), PerSubject = 1 } });

        Assert.Equal(TimeSpan.FromSeconds(5), store.Issue([Grant()]).UsableFor);
        Assert.Equal(AuthenticationOutcome.Invalid, store.Redeem(first, Route, "a").Outcome);
    }

    private TicketStore Store(int total = 100, int perSubject = 10) =>
        new(_time, new CurrentSettings(new GatewaySettings { Tickets = new TicketSettings { Total = total, PerSubject = perSubject } }));

    private Ticket Issue(TicketStore store, string subject = "ada", double minutes = 60)
    {
        var issue = store.Issue([Grant(subject, TimeSpan.FromMinutes(minutes))]);
        Assert.Equal(TicketIssueOutcome.Issued, issue.Outcome);
        return Ticket.Of(issue.Ticket!.Reveal());
    }

    // Redeems it and gives the stream a place.
    private static (TicketUse Use, StreamLease Lease) Begin(TicketStore store, StreamLimiter limiter, Ticket ticket)
    {
        var use = store.Redeem(ticket, Route, "a").Use!;
        limiter.TryAcquire(new StreamApplicant("r", new LimitSettings(), AddressKey.Of(null), Subject: null), out var lease, out _);
        use.Begin(lease!);
        return (use, lease!);
    }

    private TicketGrant Grant(string subject = "ada", TimeSpan? life = null) => new(
        Route, new Caller(subject, CallerKind.ApiKey, ExpiresAt: null, KeyId: KeyOf(subject).Id), new ClaimsIdentity(),
        _time.GetUtcNow() + (life ?? TimeSpan.FromHours(1)));
}
