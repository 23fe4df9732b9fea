using Microsoft.Extensions.Configuration;
using SseGateway.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Syntax;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class GatewaySettingsTests
{
    [Fact]
    public void An_empty_configuration_gives_the_documented_defaults()
    {
        var (settings, errors) = Load([], requireRoutes: false);
        Assert.Empty(errors);
        Assert.Equal(0, settings.MaxStreams);
        Assert.Empty(settings.TrustedProxies);
        Assert.False(settings.Defaults.Cors.Owned);
        Assert.Equal(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], settings.Defaults.Cors.Methods);
        Assert.Contains("Last-Event-ID", settings.Defaults.Cors.Headers);
        Assert.Equal(TimeSpan.FromHours(2), settings.Defaults.Cors.MaxAge);
        Assert.False(settings.Defaults.Authentication.Required);
        Assert.True(settings.Defaults.Authentication.Carriers is { Header: true, Cookie: "", Query: "" });
        Assert.Equal("X-Api-Key", settings.Defaults.Authentication.ApiKeys.Header);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Defaults.Authentication.Jwt.ClockSkew);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Defaults.Limits.RetryAfter);
        Assert.Equal(RefusalMode.Auto, settings.Defaults.Refusal);
        Assert.Equal((TimeSpan.FromSeconds(5), null), (settings.Defaults.Timeouts.Connect, settings.Defaults.Timeouts.Head));
        Assert.Equal((10, 1), (settings.Defaults.Timeouts.HeadFor(isLong: true).TotalMinutes, settings.Defaults.Timeouts.HeadFor(isLong: false).TotalMinutes));
        Assert.Equal((StreamExpectation.Auto, true), (settings.Defaults.Streams, settings.Defaults.UpstreamErrorsInBand));
    }

    [Fact]
    public void A_route_overrides_field_by_field_and_keeps_the_rest()
    {
        var (settings, errors) = Load([
            "Limits:StreamsPerRoute=10", "Limits:StreamsPerAddress=4", "Limits:StreamsPerSubject=3", "Limits:RetryAfter=9s",
            "Cors:Origins:0=https://a.example", "Cors:MaxAge=00:01:00", "Refusal=Status",
            "Routes:r:Limits:StreamsPerAddress=2", "Routes:r:Cors:Origins:0=https://r.example", "Routes:r:Timeouts:Head=3s"]);
        Assert.Empty(errors);

        var route = settings.ForRoute("R");
        Assert.Equal((10, 2, 3), (route.Limits.StreamsPerRoute, route.Limits.StreamsPerAddress, route.Limits.StreamsPerSubject));
        Assert.Equal(("r", ""), (route.Limits.AddressScope, route.Limits.SubjectScope));
        Assert.Equal(["https://r.example"], route.Cors.Origins);
        Assert.Equal(TimeSpan.FromMinutes(1), route.Cors.MaxAge);
        Assert.Equal(RefusalMode.Status, route.Refusal);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)), (route.Timeouts.Connect, route.Timeouts.Head));
        Assert.Equal(TimeSpan.FromSeconds(9), route.Limits.RetryAfter);
    }

    [Fact]
    public void Unknown_routes_and_none_have_the_defaults()
    {
        var (settings, _) = Load(["Routes:r:Limits:StreamsPerRoute=1"]);
        Assert.Same(settings.Defaults, settings.ForRoute("other"));
        Assert.Same(settings.Defaults, settings.ForRoute(null));
    }

    [Fact]
    public void A_route_may_turn_a_list_and_a_carrier_off()
    {
        var (settings, errors) = Load(
            ["Cors:Origins=https://a.example", "Authentication:Carriers:Query=token", "Routes:r:Cors:Origins=", "Routes:r:Authentication:Carriers:Query="]);
        Assert.Empty(errors);
        Assert.True(settings.Defaults.Cors.Owned);
        Assert.False(settings.ForRoute("r").Cors.Owned);
        Assert.Equal("", settings.ForRoute("r").Authentication.Carriers.Query);
    }

    [Fact]
    public void An_empty_json_list_is_a_list()
    {
        var json = """
            {"ReverseProxy":{"Routes":{"r":{}}},
             "SseGateway":{"Cors":{"Origins":["https://a.example"]},"Routes":{"r":{"Cors":{"Origins":[]}}},"Limits":{"TrustedProxies":[]}}}
            """;
        var errors = new StartupErrors();
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        var settings = GatewaySettings.Load(new ConfigurationBuilder().AddJsonStream(stream).Build(), errors);
        Assert.Empty(errors.Lines);
        Assert.True(settings.Defaults.Cors.Owned);
        Assert.False(settings.ForRoute("r").Cors.Owned);
    }

    [Fact]
    public void A_single_value_replaces_a_list_from_a_file()
    {
        var (settings, errors) = Load(
            ["Cors:Origins:0=https://a.example", "Cors:Origins:1=https://b.example", "Cors:Origins=https://c.example, https://d.example"]);
        Assert.Empty(errors);
        Assert.Equal(["https://c.example", "https://d.example"], settings.Defaults.Cors.Origins.Order());
    }

    [Theory]
    [InlineData("HTTPS://App.Example", "https://app.example")]
    [InlineData("https://app.example:443", "https://app.example")]
    [InlineData("http://localhost:5173", "http://localhost:5173")]
    [InlineData("http://[::1]:80", "http://[::1]")]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    public void Origins_are_brought_to_the_form_browsers_send(string written, string origin)
    {
        var (settings, errors) = Load([$"Cors:Origins:0={written}"]);
        Assert.Empty(errors);
        Assert.Equal([origin], settings.Defaults.Cors.Origins);
    }

    [Theory]
    [InlineData("Limits:Stream=1", "SseGateway:Limits:Stream: is not a setting; did you mean Streams?")]
    [InlineData("Limitz:Streams=1", "SseGateway:Limitz: is not a setting; did you mean Limits?")]
    [InlineData("Limits:Wombats=1",
        "SseGateway:Limits:Wombats: is not a setting; here are Streams, SharedStreams, BufferBytes, TrustedProxies, StreamsPerRoute, StreamsPerAddress, "
            + "StreamsPerSubject, OnSubjectLimit, ConnectsPerSecond, ConnectBurst, RetryAfter, McpCalls")]
    [InlineData("Routes:r:Limits:Streams=1",
        "SseGateway:Routes:r:Limits:Streams: is not a setting; here are StreamsPerRoute, StreamsPerAddress, StreamsPerSubject, OnSubjectLimit, "
            + "ConnectsPerSecond, ConnectBurst, RetryAfter, McpCalls")]
    [InlineData("Routes:r:Cors:Origin=*", "SseGateway:Routes:r:Cors:Origin: is not a setting; did you mean Origins?")]
    [InlineData("Limits:Streams=-1", "SseGateway:Limits:Streams: must be 0 or more, got \"-1\"")]
    [InlineData("Limits:Streams=many", "SseGateway:Limits:Streams: must be a whole number, got \"many\"")]
    [InlineData("Limits:Streams=1.5", "SseGateway:Limits:Streams: must be a whole number, got \"1.5\"")]
    [InlineData("Limits:Streams=3000000000", "SseGateway:Limits:Streams: must be 2147483647 or less, got \"3000000000\"")]
    [InlineData("Limits:Streams:0=1", "SseGateway:Limits:Streams: must be a single value, got a section or a list")]
    [InlineData("Limits=5", "SseGateway:Limits: must be a section with settings in it, got a single value")]
    [InlineData("Limits:ConnectsPerSecond=-2", "SseGateway:Limits:ConnectsPerSecond: must be a number from 0 to 1000000, got \"-2\"")]
    [InlineData("Limits:RetryAfter=5", "SseGateway:Limits:RetryAfter: must be a time such as 00:00:05, 5s or 500ms, got \"5\"")]
    [InlineData("Limits:RetryAfter=-00:00:05", "SseGateway:Limits:RetryAfter: must be more than zero, got \"-00:00:05\"")]
    [InlineData("Timeouts:Idle=-1s", "SseGateway:Timeouts:Idle: must not be negative, got \"-1s\"")]
    [InlineData("Timeouts:Head=0", "SseGateway:Timeouts:Head: must be more than zero, got \"0\"")]
    [InlineData("Timeouts:Head=99.00:00:00", "SseGateway:Timeouts:Head: must be 24.00:00:00 or less, got \"99.00:00:00\"")]
    [InlineData("Timeouts:Unacknowledged=1s", "SseGateway:Timeouts:Unacknowledged: must be at least 2s")]
    [InlineData("Routes:r:Timeouts:Unacknowledged=9s",
        "SseGateway:Routes:r:Timeouts:Unacknowledged: cannot be set for one route, only under SseGateway:Timeouts: routes share their connections")]
    [InlineData("Routes:r:Timeouts:ConnectionLifetime=9s",
        "SseGateway:Routes:r:Timeouts:ConnectionLifetime: cannot be set for one route, only under SseGateway:Timeouts: routes share their connections")]
    [InlineData("AllowInPath=EncodedSlash,Backslash", "SseGateway:AllowInPath: must be of EncodedSlash, EmptySegment, DoubleEncoding, got \"Backslash\"")]
    [InlineData(
        "Limits:TrustedProxies=10.0.0.0/33", "SseGateway:Limits:TrustedProxies: must be addresses or networks such as 10.0.0.0/8 or ::1, got \"10.0.0.0/33\"")]
    [InlineData("Limits:TrustedProxies:0=proxy.local",
        "SseGateway:Limits:TrustedProxies: must be addresses or networks such as 10.0.0.0/8 or ::1, got \"proxy.local\"")]
    [InlineData("Limits:TrustedProxies:0=10.1", "SseGateway:Limits:TrustedProxies: must be addresses or networks such as 10.0.0.0/8 or ::1, got \"10.1\"")]
    [InlineData("Tickets:FirstUse=0", "SseGateway:Tickets:FirstUse: must be more than zero, got \"0\"")]
    [InlineData("Tickets:Lease=0", "SseGateway:Tickets:Lease: must be more than zero, got \"0\"")]
    [InlineData("Tickets:Total=0", "SseGateway:Tickets:Total: must be 1 or more")]
    [InlineData("Tickets:PerSubject=0", "SseGateway:Tickets:PerSubject: must be 1 or more")]
    [InlineData("Refusal=Never", "SseGateway:Refusal: must be Auto or Status or InBand, got \"Never\"")]
    [InlineData("Refusal=1", "SseGateway:Refusal: must be Auto or Status or InBand, got \"1\"")]
    [InlineData("Cors:AllowCredentials=yes", "SseGateway:Cors:AllowCredentials: must be true or false, got \"yes\"")]
    [InlineData("Cors:Origins=https://a.example/",
        "SseGateway:Cors:Origins: must be scheme://host or scheme://host:port and nothing else (no slash at the end, no path), got \"https://a.example/\"")]
    [InlineData("Cors:ExposeHeaders=Mcp-*", "SseGateway:Cors:ExposeHeaders: families of names are for Headers; list the names, got \"Mcp-*\"")]
    [InlineData("Cors:Origins=https://*.example",
        "SseGateway:Cors:Origins: has a wildcard over a whole domain; there must be two labels after it, got \"https://*.example\"")]
    [InlineData("Cors:Origins=app.example", "SseGateway:Cors:Origins: must be scheme://host or scheme://host:port, got \"app.example\"")]
    [InlineData("Cors:Origins=https://žofie.example",
        "SseGateway:Cors:Origins: must have its host in punycode (xn--…), as browsers send it, got \"https://žofie.example\"")]
    [InlineData("Cors:Origins=*,https://a.example", "SseGateway:Cors:Origins: \"*\" stands for every origin and cannot be listed with others")]
    [InlineData("Cors:Headers=*", "SseGateway:Cors:Headers: \"*\" is not supported; list the names")]
    [InlineData("Cors:Headers=X Y", "SseGateway:Cors:Headers: must be HTTP names, got \"X Y\"")]
    [InlineData("Authentication:Carriers:Cookie=a b", "SseGateway:Authentication:Carriers:Cookie: must be a cookie name, got \"a b\"")]
    [InlineData("Authentication:Mode=Required",
        "SseGateway:Authentication:Mode: is Required, but neither Jwt (KeyFile, Authority or JwksFile) nor ApiKeys:Keys is set")]
    [InlineData("Authentication:RequiredScopes=x", "SseGateway:Authentication:RequiredScopes: need Mode Required")]
    [InlineData("Routes:x:Refusal=Auto", "SseGateway:Routes:x: there is no such route in ReverseProxy:Routes; did you mean r?")]
    [InlineData("Routes:elephant:Refusal=Auto", "SseGateway:Routes:elephant: there is no such route in ReverseProxy:Routes")]
    public void A_wrong_setting_is_named_with_what_would_be_right(string setting, string error)
    {
        var (_, errors) = Load([setting]);
        Assert.Equal([error], errors);
    }

    [Theory]
    [InlineData("*", "SseGateway:Cors:Origins: \"*\" cannot be combined with AllowCredentials; list the origins")]
    [InlineData("null", "SseGateway:Cors:Origins: \"null\" cannot be combined with AllowCredentials")]
    public void Credentials_need_origins_that_mean_somebody(string origin, string error)
    {
        Assert.Equal([error], Load([$"Cors:Origins={origin}", "Cors:AllowCredentials=true"]).Errors);

        // Also when the two come from different places.
        var (_, errors) = Load([$"Cors:Origins={origin}", "Routes:r:Cors:AllowCredentials=true"]);
        Assert.Equal([error.Replace("SseGateway:", "SseGateway:Routes:r:", StringComparison.Ordinal)], errors);
    }

    [Fact]
    public void All_errors_are_reported_together()
    {
        var (_, errors) = Load(
            ["Limits:Streams=-1", "Limits:Stream=1", "Cors:Origins=x", "Refusal=Never", "Routes:r:Timeouts:Head=soon", "Routes:nowhere:Refusal=Auto",
            "Bogus=1"]);
        Assert.Equal(7, errors.Count);
    }

    [Fact]
    public void Without_anything_to_forward_to_there_is_no_start()
    {
        var errors = new StartupErrors();
        GatewaySettings.Load(new ConfigurationBuilder().Build(), errors);
        Assert.Equal(["ReverseProxy:Routes: there is nothing to forward to; give --upstream URL or a configuration file with routes"], errors.Lines);
        Assert.Equal(errors.Lines, Assert.Throws<StartupErrorsException>(errors.ThrowIfAny).Errors);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080;http://[::1]:0", null)]
    [InlineData("http://*:80", null)]
    [InlineData("127.0.0.1:8080", "must be http://address:port")]
    [InlineData("ftp://127.0.0.1:8080", "must begin with http:// or https://")]
    [InlineData("http://127.0.0.1:99999", "must have a port from 0 to 65535")]
    [InlineData("http://127.0.0.1:8080/base", "must not have a path")]
    public void Addresses_to_listen_on_are_checked(string urls, string? problem)
    {
        var errors = new StartupErrors();
        GatewaySettings.Load(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("urls", (string?)urls)]).Build(), errors, requireRoutes: false);
        Assert.Equal(problem is null ? [] : [$"urls: {problem}, got \"{urls}\""], errors.Lines);
    }

    [Theory]
    [InlineData("http_ports", "abc")]
    [InlineData("http_ports", "65536")]
    [InlineData("https_ports", "-1")]
    public void Ports_to_listen_on_are_checked(string key, string port)
    {
        Assert.Equal([$"{key}: must be ports from 0 to 65535 with semicolons between, got \"{port}\""], Errors(key, "8080;" + port));
    }

    [Theory]
    [InlineData("Logging:LogLevel:Default")]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore")]
    [InlineData("Logging:Console:LogLevel:Default")]
    public void Log_levels_are_checked_and_named(string key)
    {
        Assert.Empty(Errors(key, "debug"));
        Assert.Equal([$"{key}: must be one of Trace, Debug, Information, Warning, Error, Critical, None, got \"verbose\""], Errors(key, "verbose"));
    }

    [Theory]
    [InlineData("00:00:05", 5_000)]
    [InlineData("1.00:00:00", 86_400_000)]
    [InlineData("00:00:00.250", 250)]
    [InlineData("5s", 5_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("500MS", 500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("0", 0)]
    [InlineData("5", null)]
    [InlineData("s", null)]
    [InlineData("5 parsecs", null)]
    [InlineData("1e300s", null)]
    [InlineData("NaNs", null)]
    public void Times_are_read_in_clock_form_or_with_a_unit(string text, int? milliseconds)
    {
        Assert.Equal(milliseconds is not null, DurationSyntax.TryParse(text, out var duration));
        Assert.Equal(milliseconds ?? 0, duration.TotalMilliseconds);
    }

    private static (GatewaySettings Settings, IReadOnlyList<string> Errors) Load(string[] settings, bool requireRoutes = true)
    {
        var errors = new StartupErrors();
        var values = settings.Select(setting => KeyValuePair.Create("SseGateway:" + setting[..setting.IndexOf('=', StringComparison.Ordinal)],
            (string?)setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..])).Append(KeyValuePair.Create("ReverseProxy:Routes:r:ClusterId",
            (string?)"c"));
        return (GatewaySettings.Load(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), errors, requireRoutes), errors.Lines);
    }

    private static IReadOnlyList<string> Errors(string key, string value)
    {
        var errors = new StartupErrors();
        GatewaySettings.Load(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build(), errors, requireRoutes: false);
        return errors.Lines;
    }
}
