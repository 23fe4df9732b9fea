using Gateway.Tests.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Protocols;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Edge.Authentication;
using SseGateway.Edge.Authentication.Keys;
using Xunit;

namespace Gateway.Tests.Edge.Authentication;

/// <summary>Catalogue 9.1.9 and 9.3.3: keys of an OpenID provider are fetched when needed and no more often than allowed.</summary>
public sealed class AuthorityKeysTests
{
    private static readonly JwtSettings Settings = new()
    {
        Authority = "https://idp.example/",
        Audience = TestToken.Audience,
        Algorithms = ["RS256", "ES256"],
    };

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly Provider _provider = new();
    private readonly AuthorityKeys _keys;
    private readonly JwtAuthenticator _authenticator;

    public AuthorityKeysTests()
    {
        _keys = new AuthorityKeys(Settings, _provider, _time, NullLogger<AuthorityKeys>.Instance);
        _authenticator = new JwtAuthenticator(Settings, _keys, _time);
    }

    [Fact]
    public async Task Keys_are_fetched_once_and_kept()
    {
        Assert.Equal(AuthenticationOutcome.Accepted, await CheckAsync(TestToken.Rs256()));
        Assert.Equal(AuthenticationOutcome.Accepted, await CheckAsync(TestToken.Es256()));
        Assert.Equal(["https://idp.example/.well-known/openid-configuration", "https://idp.example/keys"], _provider.Asked);
    }

    [Fact]
    public async Task The_issuer_is_the_one_of_the_metadata()
    {
        Assert.Equal(AuthenticationOutcome.Invalid, await CheckAsync(TestToken.Rs256().With("iss", "https://other.example")));
    }

    [Fact]
    public async Task Fifty_clients_with_a_new_key_cause_one_fetch_and_all_come_in()
    {
        await CheckAsync(TestToken.Rs256());
        _provider.Keys = TestKeys.KeySetOf(("r2", TestKeys.OtherRsa), ("r1", TestKeys.Rsa));
        _provider.Asked.Clear();
        _provider.Hold = new TaskCompletionSource();
        var waiting = Enumerable.Range(0, 50).Select(_ => CheckAsync(TestToken.Rs256(TestKeys.OtherRsa, "r2"))).ToArray();
        _provider.Hold.SetResult();

        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(AuthenticationOutcome.Accepted, outcome));
        Assert.Equal(2, _provider.Asked.Count);
        Assert.Equal(AuthenticationOutcome.Accepted, await CheckAsync(TestToken.Rs256()));
    }

    [Fact]
    public async Task Made_up_key_ids_cause_a_fetch_in_thirty_seconds_at_most()
    {
        await CheckAsync(TestToken.Rs256());
        _provider.Asked.Clear();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(AuthenticationOutcome.Invalid, await CheckAsync(TestToken.Rs256(TestKeys.OtherRsa, $"made-up-{i}")));
        }

        Assert.Equal(2, _provider.Asked.Count);
        _time.Advance(AuthorityKeys.RefreshInterval);
        await CheckAsync(TestToken.Rs256(TestKeys.OtherRsa, "made-up"));
        Assert.Equal(4, _provider.Asked.Count);
    }

    [Fact]
    public async Task A_wrong_algorithm_is_refused_before_any_key_is_looked_for()
    {
        Assert.Equal(AuthenticationOutcome.Invalid, await CheckAsync(new TestToken { Header = """{"alg":"HS256","kid":"unknown"}""" }));
        Assert.Empty(_provider.Asked);
    }

    [Fact]
    public async Task While_the_provider_is_away_nobody_is_called_invalid_and_it_is_asked_now_and_then()
    {
        _provider.Fails = true;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(AuthenticationOutcome.KeysUnavailable, await CheckAsync(TestToken.Rs256()));
        }

        Assert.Single(_provider.Asked);
        _provider.Fails = false;
        _time.Advance(AuthorityKeys.RetryInterval);
        Assert.Equal(AuthenticationOutcome.Accepted, await CheckAsync(TestToken.Rs256()));
    }

    [Fact]
    public async Task Old_keys_stay_in_use_while_the_provider_is_away_and_are_renewed_when_it_is_back()
    {
        await CheckAsync(TestToken.Rs256());
        _time.Advance(AuthorityKeys.MaxAge + TimeSpan.FromSeconds(1));
        _provider.Fails = true;
        Assert.Equal(AuthenticationOutcome.Accepted, await CheckAsync(TestToken.Rs256().With("exp", Later())));

        _provider.Fails = false;
        _provider.Keys = TestKeys.KeySetOf(("r2", TestKeys.OtherRsa));
        await Deadline.UntilAsync(async () =>
        {
            _time.Advance(AuthorityKeys.RefreshInterval);
            return await CheckAsync(TestToken.Rs256().With("exp", Later())) == AuthenticationOutcome.Invalid;
        });
        Assert.Equal(AuthenticationOutcome.Accepted, await CheckAsync(TestToken.Rs256(TestKeys.OtherRsa, "r2").With("exp", Later())));
    }

    [Fact]
    public async Task A_token_with_a_new_key_is_not_called_invalid_while_the_provider_is_away_and_comes_in_as_soon_as_it_is_back()
    {
        await CheckAsync(TestToken.Rs256());
        _provider.Asked.Clear();
        _provider.Fails = true;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(AuthenticationOutcome.KeysUnavailable, await CheckAsync(TestToken.Rs256(TestKeys.OtherRsa, "r2")));
        }

        Assert.Single(_provider.Asked);
        Assert.Equal(AuthenticationOutcome.Accepted, await CheckAsync(TestToken.Rs256()));
        _provider.Fails = false;
        _provider.Keys = TestKeys.KeySetOf(("r2", TestKeys.OtherRsa), ("r1", TestKeys.Rsa));
        _time.Advance(AuthorityKeys.RetryInterval);
        Assert.Equal(AuthenticationOutcome.Accepted, await CheckAsync(TestToken.Rs256(TestKeys.OtherRsa, "r2")));
    }

    [Fact]
    public async Task A_client_that_leaves_does_not_cancel_the_fetch_for_the_others()
    {
        _provider.Hold = new TaskCompletionSource();
        using var leaves = new CancellationTokenSource();
        var gone = _authenticator.CheckAsync(TestToken.Rs256().ToString(), leaves.Token).AsTask();
        var stays = CheckAsync(TestToken.Rs256());
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _provider.Hold.SetResult();
        Assert.Equal(AuthenticationOutcome.Accepted, await stays);
        Assert.Equal(2, _provider.Asked.Count);
    }

    private async Task<AuthenticationOutcome> CheckAsync(TestToken token) =>
        (await Deadline.ForAsync(_authenticator.CheckAsync(token.ToString(), TestContext.Current.CancellationToken).AsTask())).Outcome;

    private long Later() => _time.GetUtcNow().AddHours(10).ToUnixTimeSeconds();

    private sealed class Provider : IDocumentRetriever
    {
        public List<string> Asked { get; } = [];

        public string Keys { get; set; } = TestKeys.KeySet;

        public bool Fails { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            lock (Asked)
            {
                Asked.Add(address);
            }

            if (Hold is { } hold)
            {
                await hold.Task;
            }

            return Fails ? throw new IOException("The provider is away.")
                : address.EndsWith("/keys", StringComparison.Ordinal) ? Keys
                : $$"""{"issuer":"{{TestToken.Issuer}}","jwks_uri":"https://idp.example/keys"}""";
        }
    }
}
