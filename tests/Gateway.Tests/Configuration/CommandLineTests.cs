using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class CommandLineTests
{
    [Fact]
    public void Upstreams_make_one_route_for_every_path_and_one_balanced_cluster()
    {
        var values = Values("--upstream", "http://127.0.0.1:9000", "--upstream", "http://127.0.0.1:9001");
        Assert.Equal("{**path}", values["ReverseProxy:Routes:upstream:Match:Path"]);
        Assert.Equal("upstream", values["ReverseProxy:Routes:upstream:ClusterId"]);
        Assert.Equal("LeastRequests", values["ReverseProxy:Clusters:upstream:LoadBalancingPolicy"]);
        Assert.Equal(["http://127.0.0.1:9000", "http://127.0.0.1:9001"],
            values.Where(value => value.Key.EndsWith(":Address", StringComparison.Ordinal)).Select(value => value.Value).Order());
    }

    [Theory]
    [InlineData("--urls http://127.0.0.1:8081", "urls", "http://127.0.0.1:8081")]
    [InlineData("--urls=http://127.0.0.1:8081", "urls", "http://127.0.0.1:8081")]
    [InlineData("--max-streams 5", "SseGateway:Limits:Streams", "5")]
    [InlineData("--max-streams -5", "SseGateway:Limits:Streams", "-5")]
    [InlineData("--max-streams-per-address 5", "SseGateway:Limits:StreamsPerAddress", "5")]
    [InlineData("--cors-origin https://a.example", "SseGateway:Cors:Origins", "https://a.example")]
    [InlineData("--cors-origin https://a.example --cors-origin https://b.example", "SseGateway:Cors:Origins", "https://a.example,https://b.example")]
    [InlineData("--cors-credentials", "SseGateway:Cors:AllowCredentials", "true")]
    [InlineData("--cors-credentials false", "SseGateway:Cors:AllowCredentials", "false")]
    [InlineData("--jwt-key-file k", "SseGateway:Authentication:Jwt:KeyFile", "k")]
    [InlineData("--jwt-key-file k", "SseGateway:Authentication:Mode", "Required")]
    [InlineData("--jwt-key-file k --SseGateway:Authentication:Mode=None", "SseGateway:Authentication:Mode", "None")]
    [InlineData("--token-cookie c", "SseGateway:Authentication:Carriers:Cookie", "c")]
    [InlineData("--token-query q", "SseGateway:Authentication:Carriers:Query", "q")]
    [InlineData("--ticket-query t", "SseGateway:Authentication:Carriers:Ticket", "t")]
    [InlineData("--ticket-first-use 5s", "SseGateway:Tickets:FirstUse", "5s")]
    [InlineData("--ticket-lease 1h", "SseGateway:Tickets:Lease", "1h")]
    [InlineData("--allow-in-path EncodedSlash --allow-in-path EmptySegment", "SseGateway:AllowInPath", "EncodedSlash,EmptySegment")]
    [InlineData("--connection-lifetime 30s", "SseGateway:Timeouts:ConnectionLifetime", "30s")]
    [InlineData("--unacknowledged-timeout 45s", "SseGateway:Timeouts:Unacknowledged", "45s")]
    [InlineData("--SseGateway:Limits:Streams=5", "SseGateway:Limits:Streams", "5")]
    [InlineData("--SseGateway:Limits:Streams 5", "SseGateway:Limits:Streams", "5")]
    [InlineData("--max-streams 7 --ssegateway:limits:streams=5", "SseGateway:Limits:Streams", "5")]
    [InlineData("--Logging:LogLevel:Default=Debug", "Logging:LogLevel:Default", "Debug")]
    [InlineData("--ReverseProxy:Routes:a:Match:Path={**x}", "ReverseProxy:Routes:a:Match:Path", "{**x}")]
    [InlineData("--SseGateway:Cors:Origins=", "SseGateway:Cors:Origins", "")]
    public void A_flag_is_a_setting(string line, string path, string value)
    {
        Assert.Equal(value, Values(line.Split(' '))[path]);
    }

    [Theory]
    [InlineData("--upstraem http://x", "--upstraem: there is no such flag; did you mean --upstream?")]
    [InlineData("--wombat", "--wombat: there is no such flag; --help lists them")]
    [InlineData("--jwt-key=s3cret", "--jwt-key: there is no such flag; --help lists them")]
    [InlineData("http://127.0.0.1:9000", "http://127.0.0.1:9000: unexpected; every value needs a flag before it")]
    [InlineData("--upstream 127.0.0.1:9000", "--upstream: must have a scheme (http://127.0.0.1:9000?), got \"127.0.0.1:9000\"")]
    [InlineData("--upstream ws://h", "--upstream: must be http://host:port, https://host:port, h2c://host:port or unix:/path/to/socket, got \"ws://h\"")]
    [InlineData("--SseGateway:Limits:Streams", "--SseGateway:Limits:Streams: needs a value (--SseGateway:Limits:Streams=VALUE)")]
    public void A_wrong_flag_is_named(string line, string error)
    {
        Assert.Equal([error], CommandLine.Parse(line.Split(' ')).Errors);
    }

    [Fact]
    public void All_wrong_flags_are_named_at_once()
    {
        var errors = CommandLine.Parse(["--wombat", "--upstraem", "http://x", "--upstream"]).Errors;
        Assert.Contains(errors, error => error.StartsWith("--wombat:", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("--upstraem:", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("--upstream", StringComparison.Ordinal) && !error.StartsWith("--upstraem", StringComparison.Ordinal));
    }

    [Fact]
    public void The_values_of_right_flags_are_there_beside_the_errors_of_wrong_ones()
    {
        var result = CommandLine.Parse(["--wombat", "--max-streams", "-3", "--config"]);
        Assert.NotEmpty(result.Errors);
        Assert.Equal("-3", result.Values["SseGateway:Limits:Streams"]);
        Assert.Null(result.ConfigFile);
    }

    [Theory]
    [InlineData("--max-streams 5 --max-streams 6")]
    [InlineData("--config a --config b")]
    [InlineData("--max-streams")]
    public void A_flag_of_one_value_takes_one(string line)
    {
        Assert.Contains(CommandLine.Parse(line.Split(' ')).Errors, error => error.Contains(line.Split(' ')[0], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--upstream http://x --help")]
    public void Help_shows_every_flag_with_its_default(string line)
    {
        var result = CommandLine.Parse(line.Split(' '));
        Assert.Empty(result.Errors);
        Assert.NotNull(result.Information);
        foreach (var flag in GatewayFlags.Create())
        {
            Assert.Contains(flag.Option.Name, result.Information, StringComparison.Ordinal);
        }

        Assert.Contains($"[default: {GatewaySettings.DefaultUrls}]", result.Information, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.Information, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_flag_stands_for_a_setting_that_exists()
    {
        var values = new Dictionary<string, string?>();
        foreach (var flag in GatewayFlags.Create().Where(flag => flag.Path?.StartsWith("SseGateway:", StringComparison.Ordinal) == true))
        {
            values[flag.Path!] = "x";
        }

        var errors = new StartupErrors();
        GatewaySettings.Load(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), errors, requireRoutes: false);
        Assert.DoesNotContain(errors.Lines, line => line.Contains("is not a setting", StringComparison.Ordinal));
    }

    [Fact]
    public void Errors_speak_of_the_flag_that_was_typed()
    {
        var line = CommandLine.Parse(["--max-streams", "-1", "--SseGateway:Limits:StreamsPerRoute=-1"]);
        var errors = new StartupErrors(line.Flags);
        var configuration = new ConfigurationBuilder();
        line.AddTo(configuration, errors);
        GatewaySettings.Load(configuration.Build(), errors, requireRoutes: false);
        Assert.Equal(
            ["--max-streams (SseGateway:Limits:Streams): must be 0 or more, got \"-1\"", "SseGateway:Limits:StreamsPerRoute: must be 0 or more, got \"-1\""],
            errors.Lines);
    }

    [Fact]
    public void Flags_win_over_the_file_and_lists_are_replaced()
    {
        using var file = new Edge.TempFile(
            """{"SseGateway":{"Limits":{"Streams":5,"StreamsPerRoute":6},"Cors":{"Origins":["https://a.example","https://b.example"]}}}""");
        var line = CommandLine.Parse(["--config", file.Path, "--max-streams", "7", "--cors-origin", "https://c.example"]);
        var errors = new StartupErrors(line.Flags);
        var configuration = new ConfigurationBuilder();
        line.AddTo(configuration, errors);
        var settings = GatewaySettings.Load(configuration.Build(), errors, requireRoutes: false);
        Assert.Empty(errors.Lines);
        Assert.Equal((7, 6), (settings.MaxStreams, settings.Defaults.Limits.StreamsPerRoute));
        Assert.Equal(["https://c.example"], settings.Defaults.Cors.Origins);
    }

    [Theory]
    [InlineData(null, "--config: there is no such file: ")]
    [InlineData("{ not json", "--config: cannot be read: ")]
    public void A_broken_configuration_file_is_one_line(string? content, string error)
    {
        using var file = content is null ? null : new Edge.TempFile(content);
        var line = CommandLine.Parse(["--config", file?.Path ?? "/nowhere/config.json"]);
        var errors = new StartupErrors();
        line.AddTo(new ConfigurationBuilder(), errors);
        Assert.StartsWith(error, Assert.Single(errors.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_urls_the_environments_stay()
    {
        Assert.DoesNotContain("urls", Values("--upstream", "http://x").Keys);
    }

    private static IReadOnlyDictionary<string, string?> Values(params string[] args)
    {
        var result = CommandLine.Parse(args);
        Assert.Empty(result.Errors);
        Assert.Null(result.Information);
        return result.Values;
    }
}
