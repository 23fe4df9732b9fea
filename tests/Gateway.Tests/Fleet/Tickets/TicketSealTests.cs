using System.Security.Claims;
using System.Text;
using Gateway.Tests.Edge.Authentication;
using Gateway.Tests.Edge.Tickets;
using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Authentication;
using SseGateway.Edge.Tickets;
using SseGateway.Edge.Tickets.Sealed;
using Xunit;

namespace Gateway.Tests.Fleet.Tickets;

/// <summary>What a sealed ticket says, and that nobody else can make it say anything.</summary>
public sealed class TicketSealTests
{
    private static readonly DateTimeOffset End = DateTimeOffset.UnixEpoch.AddYears(60);
    private static readonly TicketSeal Seal = new(Key(1));

    private static readonly string[] Settings =
    [
        .. Tokens.RequireHs256(), .. TicketGateway.ApiKeySettings(), "SseGateway:Cors:Origins=https://app.example,https://*.preview.example",
    ];

    [Fact]
    public void Says_who_it_is_for_and_until_when()
    {
        var caller = new Caller("ada", CallerKind.Jwt, End, End.AddHours(-1));
        var ticket = Seal.Seal(SealedTicket.Of([new TicketGrant(Load(), caller, Identity(), End)], End.AddMinutes(-1)))!;
        // A short name may be among so many letters by chance.
        Assert.DoesNotContain("attic", ticket.Reveal(), StringComparison.Ordinal);

        var said = Seal.Open(Ticket.Of(ticket.Reveal()))!;
        Assert.Equal((End.AddMinutes(-1), End), (said.UsableUntil, said.EndsAt));
        var grant = Assert.Single(said.Callers).GrantFor(Load())!;
        Assert.Equal((caller, End, "JWT", "ada"), (grant.Caller, grant.EndsAt, grant.Identity.AuthenticationType, grant.Identity.Name));
        Assert.Equal(["sub ada", "room lobby", "room attic"], grant.Identity.Claims.Select(claim => $"{claim.Type} {claim.Value}"));
    }

    [Fact]
    public void Any_other_spelling_is_none()
    {
        var text = Seal.Seal(SealedTicket.Of([Grant()], End))!.Reveal();
        Assert.NotNull(Seal.Open(Ticket.Of(text)));
        Assert.Null(new TicketSeal(Key(2)).Open(Ticket.Of(text)));
        foreach (var wrong in Enumerable.Range(0, text.Length).Select(i => With(text, i, text[i] == 'A' ? 'B' : 'A'))
            .Concat([text + "A", text + "=", text + "==", text + " ", text[1..], text[..^1], text[..^20], "", "A", new string('A', 5000)]))
        {
            Assert.Null(Seal.Open(Ticket.Of(wrong)));
        }
    }

    [Fact]
    public void What_does_not_fit_into_a_url_is_not_sealed()
    {
        var noise = new Claim("noise", Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8000)));
        Assert.Null(Seal.Seal(SealedTicket.Of([new TicketGrant(Load(), Ada, Identity(noise), End)], End)));
    }

    [Theory]
    [InlineData(true, "Limits:StreamsPerSubject=7", "Heartbeat=3s")]
    [InlineData(true, "Cors:Origins=https://*.preview.example,https://app.example")]
    [InlineData(false, "Cors:Origins=https://other.example")]
    [InlineData(false, "Cors:Origins=https://app.example,https://*.other.example")]
    [InlineData(false, "Cors:AllowCredentials=true")]
    [InlineData(false, "Authentication:RequiredScopes:0=admin")]
    [InlineData(false, "Authentication:Carriers:Cookie=session")]
    [InlineData(false, "Authentication:Carriers:Ticket=")]
    [InlineData(false, "Authentication:Jwt:Issuer=another")]
    [InlineData(false, "Authentication:Jwt:Audience=another")]
    [InlineData(false, "Authentication:Jwt:ClockSkew=1m")]
    public void It_is_good_where_the_same_is_asked(bool good, params string[] changes)
    {
        var ticket = SealedTicket.Of([Grant()], End);
        Assert.Equal(good, ticket.Callers[0].GrantFor(Load(changes)) is not null);
    }

    [Fact]
    public void One_of_another_signing_key_or_of_an_api_key_that_is_gone_is_not()
    {
        var route = Load();
        var other = route with { Authentication = route.Authentication with { Jwt = route.Authentication.Jwt with { Keys = [Key(3)] } } };
        Assert.Null(SealedTicket.Of([Grant()], End).Callers[0].GrantFor(other));

        var byKey = SealedTicket.Of(
            [new TicketGrant(route, new Caller("bot", CallerKind.ApiKey, null, KeyId: TicketGateway.KeyId()), Identity(), End)], End).Callers[0];
        Assert.NotNull(byKey.GrantFor(other));
        Assert.Null(byKey.GrantFor(route with { Authentication = route.Authentication with { ApiKeys = new() } }));
    }

    [Fact]
    public void Routes_that_ask_the_same_take_no_more_than_one()
    {
        var grants = Enumerable.Range(0, 20).Select(_ => new TicketGrant(Load() with { Heartbeat = TimeSpan.FromSeconds(2) }, Ada, Who, End));
        Assert.Single(Assert.Single(SealedTicket.Of([.. grants], End).Callers).Marks);
    }

    private static readonly Caller Ada = new("ada", CallerKind.Jwt, End);
    private static readonly ClaimsIdentity Who = Identity();

    private static TicketGrant Grant() => new(Load(), Ada, Identity(), End);

    private static ClaimsIdentity Identity(params Claim[] more) =>
        new([new("sub", "ada"), new("room", "lobby"), new("room", "attic"), .. more], "JWT", "sub", roleType: null);

    private static SecretBytes Key(byte value) => new(Enumerable.Repeat(value, 32).ToArray());

    private static string With(string text, int at, char character) => new StringBuilder(text) { [at] = character }.ToString();

    private static RouteSettings Load(params string[] changes)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            Settings.Concat(changes.Select(change => $"SseGateway:{change}")).Select(setting => setting.Split('=', 2))
                .GroupBy(pair => pair[0]).Select(same => KeyValuePair.Create(same.Key, (string?)same.Last()[1]))).Build();
        var errors = new StartupErrors();
        var settings = GatewaySettings.Load(configuration, errors, requireRoutes: false);
        Assert.Empty(errors.Lines);
        return settings.Defaults;
    }
}
