using Gateway.Tests.Edge;
using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class CredentialSettingsTests : IDisposable
{
    private const string Jwt = "SseGateway:Authentication:Jwt";

    private readonly TempFile _secret = new(TestKeys.Secret);
    private readonly TempFile _keySet = new(TestKeys.KeySet);
    private readonly TempFile _short = new("too short");
    private readonly TempFile _noKeySet = new("hello");

    [Fact]
    public void A_key_file_with_issuer_and_audience_is_enough()
    {
        var (settings, errors) = Load("Jwt:KeyFile=SECRET", "Jwt:Issuer=i", "Jwt:Audience=a");
        Assert.Empty(errors);
        Assert.Equal(["HS256"], settings.Defaults.Authentication.Jwt.Algorithms);
        Assert.Equal(TestKeys.Secret, Assert.Single(settings.Defaults.Authentication.Jwt.Keys).Reveal());
    }

    [Fact]
    public void A_key_set_is_for_signatures_of_private_keys()
    {
        var (settings, errors) = Load("Jwt:JwksFile=KEYSET", "Jwt:Issuer=i", "Jwt:Audience=a");
        Assert.Empty(errors);
        Assert.Equal(["RS256", "ES256"], settings.Defaults.Authentication.Jwt.Algorithms);
        Assert.Equal(2, settings.Defaults.Authentication.Jwt.KeySet.Count);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "Jwt:KeyFile=SECRET|Jwt:Audience=a", $"{Jwt}:Issuer: must be set: the value that tokens carry in \"iss\"" },
        { "Jwt:KeyFile=SECRET|Jwt:Issuer=i", $"{Jwt}:Audience: must be set: the value that tokens for this gateway carry in \"aud\"" },
        { "Jwt:KeyFile=SHORT|Jwt:Issuer=i|Jwt:Audience=a", $"{Jwt}:KeyFile: must hold at least 32 bytes (256 bits), has 9: SHORT" },
        { "Jwt:KeyFile=SECRET|Jwt:Issuer=i|Jwt:Audience=a|Jwt:Algorithms=HS512", $"{Jwt}:KeyFile: must hold at least 64 bytes (512 bits), has 32: SECRET" },
        { "Jwt:KeyFile=SECRET|Jwt:Issuer=i|Jwt:Audience=a|Jwt:Algorithms=None", $"{Jwt}:Algorithms: \"none\" would accept tokens without a signature" },
        { "Jwt:KeyFile=SECRET|Jwt:Issuer=i|Jwt:Audience=a|Jwt:Algorithms=HS257",
            $"{Jwt}:Algorithms: must be among HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, got \"HS257\"" },
        { "Jwt:KeyFile=SECRET|Jwt:Issuer=i|Jwt:Audience=a|Jwt:Algorithms=RS256",
            $"{Jwt}:Algorithms: RS256 needs Authority or JwksFile; KeyFile is a secret for HS256, HS384 or HS512" },
        { "Jwt:JwksFile=KEYSET|Jwt:Issuer=i|Jwt:Audience=a|Jwt:Algorithms=RS256,HS256",
            $"{Jwt}:Algorithms: HS256 needs KeyFile; with Authority or JwksFile only signatures of private keys are accepted" },
        { "Jwt:Authority=https://idp.example|Jwt:Audience=a|Jwt:Algorithms=HS256",
            $"{Jwt}:Algorithms: HS256 needs KeyFile; with Authority or JwksFile only signatures of private keys are accepted" },
        { "Jwt:KeyFile=SECRET|Jwt:JwksFile=KEYSET|Jwt:Issuer=i|Jwt:Audience=a",
            $"{Jwt}:KeyFile: only one of KeyFile, Authority and JwksFile may be set (set the others to \"\" in a route that overrides them)" },
        { "Jwt:JwksFile=BROKEN|Jwt:Issuer=i|Jwt:Audience=a", $"{Jwt}:JwksFile: is no JSON Web Key Set: BROKEN" },
        { "Jwt:Authority=http://idp.example|Jwt:Audience=a",
            $"{Jwt}:Authority: must use https (http is accepted for loopback only), got \"http://idp.example\"" },
        { "Jwt:Authority=idp.example|Jwt:Audience=a", $"{Jwt}:Authority: must be an absolute https:// URL, got \"idp.example\"" },
        { "ApiKeys:Keys:0:Subject=bot|ApiKeys:Keys:0:Sha256=pa55word",
            "SseGateway:Authentication:ApiKeys:Keys:0:Sha256: must be 64 hexadecimal digits (the SHA-256 of the key)" },
        { $"ApiKeys:Keys:0:Subject= |ApiKeys:Keys:0:Sha256={new string('a', 64)}",
            "SseGateway:Authentication:ApiKeys:Keys:0:Subject: must be 1 to 256 bytes of UTF-8 without control characters and without spaces at its ends" },
        { "ApiKeys:Keys:0:Name=x", "SseGateway:Authentication:ApiKeys:Keys:0:Name: is not a setting; here are Subject, Sha256, Scopes" },
        { $"ApiKeys:Keys:0:Subject=x|ApiKeys:Keys:0:Sha256={new string('a', 64)}|ApiKeys:Keys:1:Subject=y|ApiKeys:Keys:1:Sha256={new string('A', 64)}",
            "SseGateway:Authentication:ApiKeys:Keys:1:Sha256: is a duplicate: the same key is listed twice" },
        { "Carriers:Ticket=a b", "SseGateway:Authentication:Carriers:Ticket: must be a plain parameter name, got \"a b\"" },
        { "Carriers:Query=Ticket", "SseGateway:Authentication:Carriers:Ticket: must differ from Query: nobody could say what \"ticket\" holds" },
        { "Jwt:KeyFile=SECRET|Jwt:Issuer=i|Jwt:Audience=a|Carriers:Header=false",
            "SseGateway:Authentication:Carriers: are all off; a token could not be sent at all" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_credential_setting_is_named(string settings, string error)
    {
        Assert.Contains(Fill(error), Load(settings.Split('|')).Errors);
    }

    [Fact]
    public void A_key_file_that_is_not_there_is_named()
    {
        var error = Assert.Single(Load("Jwt:KeyFile=/nowhere/key", "Jwt:Issuer=i", "Jwt:Audience=a").Errors);
        Assert.StartsWith($"{Jwt}:KeyFile: cannot be read: ", error, StringComparison.Ordinal);
        Assert.Contains("/nowhere/key", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_should_be_a_hash_is_never_repeated()
    {
        Assert.DoesNotContain(
            Load("ApiKeys:Keys:0:Subject=bot", "ApiKeys:Keys:0:Sha256=pa55word").Errors, error => error.Contains("pa55word", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Authentication:Jwt:Issuer=i", "Authentication:Jwt:Audience=a")]
    [InlineData("Authentication:Jwt:Algorithms=none")]
    public void Token_rules_without_a_key_to_check_tokens_with_are_an_error(params string[] settings)
    {
        var (_, errors) = LoadRaw(settings);
        Assert.Equal(
            ["SseGateway:Authentication:Jwt: says what tokens must be like, but not with which key to check them; set KeyFile (--jwt-key-file), "
                + "Authority (--jwt-authority) or JwksFile (--jwt-jwks-file)"], errors);
    }

    [Fact]
    public void Keys_that_nobody_asks_for_are_a_forgotten_mode()
    {
        var (_, errors) = LoadRaw("Authentication:Jwt:KeyFile=SECRET", "Authentication:Jwt:Issuer=i", "Authentication:Jwt:Audience=a");
        Assert.Equal(
            ["SseGateway:Authentication:Mode: must be set to Required, or to None on purpose: keys are set, but no route asks for a credential"], errors);
        Assert.Empty(
            LoadRaw("Authentication:Mode=None", "Authentication:Jwt:KeyFile=SECRET", "Authentication:Jwt:Issuer=i", "Authentication:Jwt:Audience=a").Errors);
        Assert.Empty(LoadRaw(
            "Routes:r:Authentication:Mode=Required", "Authentication:Jwt:KeyFile=SECRET", "Authentication:Jwt:Issuer=i",
            "Authentication:Jwt:Audience=a").Errors);
    }

    [Fact]
    public void An_error_in_the_defaults_is_not_repeated_for_each_route()
    {
        var (_, errors) = LoadRaw("Authentication:Mode=Required", "Authentication:Jwt:KeyFile=SHORT", "Authentication:Jwt:Issuer=i",
            "Authentication:Jwt:Audience=a", "Routes:r:Authentication:RequiredScopes=x");
        Assert.Single(errors);
    }

    [Fact]
    public void Routes_that_do_not_override_the_jwt_share_its_keys()
    {
        var (settings, _) = LoadRaw("Authentication:Mode=Required", "Authentication:Jwt:KeyFile=SECRET", "Authentication:Jwt:Issuer=i",
            "Authentication:Jwt:Audience=a", "Routes:r:Authentication:RequiredScopes=x");
        Assert.Same(settings.Defaults.Authentication.Jwt, settings.ForRoute("r").Authentication.Jwt);
    }

    [Fact]
    public void Every_reading_of_a_key_file_that_is_long_enough_is_accepted()
    {
        const string Text = "key text of 32 characters or more";
        Assert.Equal([Hex(Bytes(Text)), Hex(Bytes(Text + "\n"))], KeysOf(Bytes(Text + "\n")));

        var base64 = Convert.ToBase64String(Pattern);
        Assert.Equal([Hex(Bytes(base64)), Hex(Bytes(base64 + "\r\n")), Hex(Pattern)], KeysOf(Bytes(base64 + "\r\n")));

        var raw = Enumerable.Range(200, 32).Select(i => (byte)i).ToArray();
        Assert.Equal([Hex(raw)], KeysOf(raw));
    }

    [Fact]
    public void A_secret_prints_as_stars()
    {
        var (settings, _) = Load(
            "Jwt:KeyFile=SECRET", "Jwt:Issuer=i", "Jwt:Audience=a", "ApiKeys:Keys:0:Subject=bot", $"ApiKeys:Keys:0:Sha256={new string('a', 64)}");
        Assert.Equal("***", settings.Defaults.Authentication.Jwt.Keys[0].ToString());
        Assert.Contains("Sha256 = ***", settings.Defaults.Authentication.ApiKeys.Keys[0].ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _secret.Dispose();
        _keySet.Dispose();
        _short.Dispose();
        _noKeySet.Dispose();
    }

    private static byte[] Pattern => [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 7))];

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);

    private static List<string> KeysOf(byte[] content)
    {
        using var file = new TempFile(content);
        var errors = new StartupErrors();
        var section = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("x:KeyFile", (string?)file.Path)]).Build().GetSection("x");
        var keys = KeyFileReader.Read(new SettingReader(section, errors), "KeyFile", file.Path, minBytes: 32);
        Assert.Empty(errors.Lines);
        return keys.Select(key => Hex(key.Reveal())).ToList();
    }

    private string Fill(string text) => text
        .Replace("SECRET", _secret.Path, StringComparison.Ordinal).Replace("KEYSET", _keySet.Path, StringComparison.Ordinal)
        .Replace("SHORT", _short.Path, StringComparison.Ordinal).Replace("BROKEN", _noKeySet.Path, StringComparison.Ordinal);

    private (GatewaySettings Settings, IReadOnlyList<string> Errors) Load(params string[] settings) =>
        LoadRaw([.. settings.Select(setting => "Authentication:" + setting), "Authentication:Mode=Required"]);

    private (GatewaySettings Settings, IReadOnlyList<string> Errors) LoadRaw(params string[] settings)
    {
        var errors = new StartupErrors();
        var values = settings.Select(Fill).Select(setting => KeyValuePair.Create("SseGateway:" + setting[..setting.IndexOf('=', StringComparison.Ordinal)],
            (string?)setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        return (GatewaySettings.Load(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), errors, requireRoutes: false), errors.Lines);
    }
}
