using System.Security.Claims;
using Gateway.Tests.Edge.Authentication;
using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Edge.Authentication;
using SseGateway.Edge.Tickets;
using Xunit;

namespace Gateway.Tests.Edge.Tickets;

/// <summary>For which routes a ticket is good, above all when a reload has made all settings anew.</summary>
public sealed class TicketGrantTests
{
    private static readonly string[] Before =
    [
        .. Tokens.RequireHs256(), .. TicketGateway.ApiKeySettings(), "SseGateway:Cors:Origins:0=https://app.example",
        "SseGateway:Cors:AllowCredentials=true", "SseGateway:Authentication:RequiredScopes:0=read",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(true, "Cors:Origins:1=https://more.example", "Limits:StreamsPerSubject=7", "Heartbeat=3s")]
    [InlineData(true, "Authentication:ApiKeys:Keys:1:Subject=more",
        "Authentication:ApiKeys:Keys:1:Sha256=00000000000000000000000000000000000000000000000000000000000000aa")]
    [InlineData(false, "Cors:Origins:0=https://other.example")]
    [InlineData(false, "Cors:AllowCredentials=false")]
    [InlineData(false, "Authentication:RequiredScopes:1=admin")]
    [InlineData(false, "Authentication:Carriers:Header=false")]
    [InlineData(false, "Authentication:Carriers:Ticket=")]
    public void A_reload_leaves_tickets_alone_where_the_route_asks_what_it_asked(bool good, params string[] changes)
    {
        foreach (var grant in new[] { ByToken(), ByKey(TicketGateway.KeyId()) })
        {
            Assert.Equal(good, grant.IsGoodFor(Load(changes)));
        }
    }

    [Theory]
    [InlineData("Issuer")]
    [InlineData("Audience")]
    public void Tokens_that_would_be_refused_now_leave_no_ticket_and_keys_do_not_care(string setting)
    {
        var changed = Load($"Authentication:Jwt:{setting}=another");

        Assert.False(ByToken().IsGoodFor(changed));
        Assert.True(ByKey(TicketGateway.KeyId()).IsGoodFor(changed));
    }

    [Fact]
    public void Another_signing_key_in_the_same_file_is_noticed()
    {
        var before = Load();
        var after = before with
        {
            Authentication = before.Authentication with { Jwt = before.Authentication.Jwt with { Keys = [new SecretBytes(new byte[32])] } },
        };

        Assert.False(ByToken().IsGoodFor(after));
    }

    [Fact]
    public void A_key_that_is_not_listed_any_more_leaves_no_ticket()
    {
        Assert.False(ByKey(TicketGateway.KeyId("another key")).IsGoodFor(Load()));
    }

    private static TicketGrant ByToken() => Grant(new Caller("ada", CallerKind.Jwt, ExpiresAt: null));

    private static TicketGrant ByKey(string keyId) => Grant(new Caller("bot", CallerKind.ApiKey, ExpiresAt: null, KeyId: keyId));

    private static TicketGrant Grant(Caller caller) => new(
        Load(), caller, new ClaimsIdentity([new Claim(Scopes.Claim, "read")]), DateTimeOffset.MaxValue);

    private static RouteSettings Load(params string[] changes)
    {
        var errors = new StartupErrors();
        var settings = Before.Concat(changes.Select(change => "SseGateway:" + change)).Select(setting => setting.Split('=', 2));
        var configuration = new ConfigurationBuilder();
        foreach (var setting in settings)
        {
            configuration.AddInMemoryCollection([new(setting[0], setting[1])]);
        }

        var loaded = GatewaySettings.Load(configuration.Build(), errors, requireRoutes: false);
        Assert.Empty(errors.Lines);
        return loaded.Defaults;
    }
}
