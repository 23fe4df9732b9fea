using Gateway.Tests.Running;
using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class SharingSettingsTests
{
    private static readonly string Key = new('a', 64);

    private static readonly string[] Authenticated =
        ["Authentication:Mode=Required", "Authentication:ApiKeys:Keys:0:Subject=bot", $"Authentication:ApiKeys:Keys:0:Sha256={Key}"];

    [Fact]
    public void Nothing_is_shared_unless_it_is_asked_for()
    {
        var (settings, errors) = Load();
        Assert.Empty(errors);
        Assert.False(settings.Defaults.Sharing.Enabled);
        Assert.Equal(ShareBy.Nothing, settings.Defaults.Sharing.ShareBy);
        Assert.Equal(1000, settings.MaxSharedStreams);
    }

    [Fact]
    public void Clients_begin_with_the_snapshot_where_there_is_one_and_nothing_else_is_said()
    {
        Assert.Equal(JoinPoint.Live, Load().Settings.Defaults.Sharing.Join);
        Assert.Equal(JoinPoint.All, Load("Sharing:Snapshot=put").Settings.Defaults.Sharing.Join);
        Assert.Equal(JoinPoint.Live, Load("Sharing:Snapshot=put", "Sharing:Join=live").Settings.Defaults.Sharing.Join);
        Assert.Equal(JoinPoint.Live, Load("Sharing:Join=live", "Routes:r:Sharing:Snapshot=put").Settings.ForRoute("r").Sharing.Join);
        Assert.Equal(JoinPoint.All, Load("Routes:r:Sharing:Snapshot=put").Settings.ForRoute("r").Sharing.Join);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var (settings, errors) = Load([
            .. Authenticated, "Limits:SharedStreams=7", "Sharing:Enabled=true",
            "Sharing:ShareBy=claim:tenant, Header:X-Team ,header:x-room,header:X-Room,SUBJECT,claim:Tenant",
            "Sharing:Ids=gateway", "Sharing:LogBytes=8192", "Sharing:LogCount=3", "Sharing:LogAge=1m", "Sharing:Linger=0", "Sharing:Join=last:5",
            "Sharing:OnGap=close",
            "Sharing:OnSlow=skip", "Sharing:GiveUpAfter=5s", "Sharing:Snapshot=put", "Sharing:Notices=false"]);
        Assert.Empty(errors);
        Assert.Equal(7, settings.MaxSharedStreams);
        Assert.Equal(
            new SharingSettings
            {
                Enabled = true,
                ShareBy = new ShareBy(true, ["x-room", "x-team"], ["Tenant", "tenant"]),
                Ids = EventIds.Gateway,
                LogBytes = 8192,
                LogCount = 3,
                LogAge = TimeSpan.FromMinutes(1),
                Linger = TimeSpan.Zero,
                Join = new JoinPoint(5),
                OnGap = GapAction.Close,
                OnSlow = SlowAction.Skip,
                GiveUpAfter = TimeSpan.FromSeconds(5),
                Snapshot = "put",
                Notices = false,
            },
            settings.Defaults.Sharing);
    }

    [Fact]
    public void A_route_overrides_field_by_field_and_keeps_the_rest()
    {
        var (settings, errors) = Load(
            "Sharing:Enabled=true", "Sharing:ShareBy=header:X-Room", "Sharing:LogBytes=8192", "Sharing:Join=last:5", "Sharing:Ids=Gateway",
            "Routes:r:Sharing:ShareBy=", "Routes:r:Sharing:Join=all", "Routes:r:Sharing:LogCount=3");
        Assert.Empty(errors);
        Assert.Equal(
            settings.Defaults.Sharing with { ShareBy = ShareBy.Nothing, Join = JoinPoint.All, LogCount = 3 },
            settings.ForRoute("r").Sharing);
        Assert.Equal(["x-room"], settings.Defaults.Sharing.ShareBy.Headers);
    }

    [Fact]
    public void A_route_may_share_alone_or_keep_out()
    {
        Assert.Equal((false, true), Enabled("Routes:r:Sharing:Enabled=true"));
        Assert.Equal((true, false), Enabled("Sharing:Enabled=true", "Routes:r:Sharing:Enabled=false"));
    }

    [Theory]
    [InlineData("Sharing:Enabled=yes", "Enabled: must be true or false, got \"yes\"")]
    [InlineData("Sharing=true", ": must be a section with settings in it, got a single value")]
    [InlineData("Sharing:Enable=true", "Enable: is not a setting; did you mean Enabled?")]
    [InlineData("Sharing:ShareBy=user", "ShareBy: must be subject, header:NAME or claim:NAME, got \"user\"")]
    [InlineData("Sharing:ShareBy=subject:ada", "ShareBy: must be subject, header:NAME or claim:NAME, got \"subject:ada\"")]
    [InlineData("Sharing:ShareBy=:subject", "ShareBy: must be subject, header:NAME or claim:NAME, got \":subject\"")]
    [InlineData("Sharing:ShareBy=header:", "ShareBy: must be subject, header:NAME or claim:NAME, got \"header:\"")]
    [InlineData("Sharing:ShareBy=header:X Room", "ShareBy: must be subject, header:NAME or claim:NAME, got \"header:X Room\"")]
    [InlineData(
        "Sharing:ShareBy=claim:https://example.com/tenant", "ShareBy: must be subject, header:NAME or claim:NAME, got \"claim:https://example.com/tenant\"")]
    [InlineData("Sharing:ShareBy=cookie:session", "ShareBy: must be subject, header:NAME or claim:NAME, got \"cookie:session\"")]
    [InlineData("Sharing:Ids=Both", "Ids: must be Upstream or Gateway, got \"Both\"")]
    [InlineData("Sharing:LogBytes=4095", "LogBytes: must be 4096 to 1073741824, got \"4095\"")]
    [InlineData("Sharing:LogBytes=1073741825", "LogBytes: must be 4096 to 1073741824, got \"1073741825\"")]
    [InlineData("Sharing:LogBytes=1MB", "LogBytes: must be a whole number, got \"1MB\"")]
    [InlineData("Sharing:LogCount=0", "LogCount: must be 1 to 1048576, got \"0\"")]
    [InlineData("Sharing:LogCount=1048577", "LogCount: must be 1 to 1048576, got \"1048577\"")]
    [InlineData("Sharing:LogCount=-1", "LogCount: must be 0 or more, got \"-1\"")]
    [InlineData("Sharing:LogAge=old", "LogAge: must be a time such as 00:00:05, 5s or 500ms, got \"old\"")]
    [InlineData("Sharing:Linger=-1s", "Linger: must not be negative, got \"-1s\"")]
    [InlineData("Sharing:Join=first", "Join: must be live, last:N or all, got \"first\"")]
    [InlineData("Sharing:Snapshot=gateway.gap", "Snapshot: must be the type of an event of the upstream's, got \"gateway.gap\"")]
    [InlineData("Sharing:Join=last:0", "Join: must be live, last:N or all, got \"last:0\"")]
    [InlineData("Sharing:OnGap=Wait", "OnGap: must be Oldest or Live or Close, got \"Wait\"")]
    [InlineData("Sharing:OnSlow=Wait", "OnSlow: must be Close or Skip, got \"Wait\"")]
    [InlineData("Sharing:GiveUpAfter=never", "GiveUpAfter: must be a time such as 00:00:05, 5s or 500ms, got \"never\"")]
    [InlineData("Sharing:Notices=1", "Notices: must be true or false, got \"1\"")]
    public void A_wrong_setting_is_named_with_what_would_be_right_on_every_route(string setting, string error)
    {
        var dot = error[0] == ':' ? "" : ":";
        Assert.Equal([$"SseGateway:Sharing{dot}{error}"], Load(setting).Errors);
        Assert.Equal([$"SseGateway:Routes:r:Sharing{dot}{error}"], Load("Routes:r:" + setting).Errors);

        // A route that has other settings of its own does not repeat what is wrong with the defaults.
        Assert.Equal([$"SseGateway:Sharing{dot}{error}"], Load(setting, "Routes:r:Sharing:Linger=1s").Errors);
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("proxy-authorization")]
    [InlineData("LAST-EVENT-ID")]
    [InlineData("Host")]
    [InlineData("Connection")]
    [InlineData("Accept")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Gateway-Subject")]
    [InlineData("Gateway_Subject")]
    [InlineData("gateway-claim-tenant")]
    public void Credentials_cursors_and_what_only_the_gateway_says_part_nobody(string header)
    {
        Assert.Equal(
            [$"SseGateway:Sharing:ShareBy: must not name the header {header}; use subject or claim:NAME for who a client is"],
            Load($"Sharing:ShareBy=header:{header}").Errors);
    }

    [Fact]
    public void A_limit_of_shared_streams_is_of_the_process()
    {
        Assert.Equal(["SseGateway:Limits:SharedStreams: must be 0 or more, got \"-1\""], Load("Limits:SharedStreams=-1").Errors);
        Assert.StartsWith("SseGateway:Routes:r:Limits:SharedStreams: is not a setting", Assert.Single(Load("Routes:r:Limits:SharedStreams=1").Errors),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sharing:Enabled=true", "Authentication:ForwardCredential=true", "SseGateway:Sharing:Enabled")]
    [InlineData("Routes:r:Sharing:Enabled=true", "Authentication:ForwardCredential=true", "SseGateway:Routes:r:Sharing:Enabled")]
    [InlineData("Routes:r:Sharing:Enabled=true", "Routes:r:Authentication:ForwardCredential=true", "SseGateway:Routes:r:Sharing:Enabled")]
    public void Nobodys_credential_is_sent_for_all(string sharing, string forwarding, string where)
    {
        Assert.Equal(
            [$"{where}: cannot go with Authentication:ForwardCredential: the first client's credential would be everybody's"],
            Load([.. Authenticated, sharing, forwarding]).Errors);
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("claim:tenant")]
    [InlineData("header:X-Room,claim:tenant")]
    public void Who_a_client_is_must_be_known(string by)
    {
        var error = "ShareBy: subject and claim:NAME need Authentication:Mode Required";
        Assert.Equal([$"SseGateway:Sharing:{error}"], Load("Sharing:Enabled=true", $"Sharing:ShareBy={by}").Errors);
        Assert.Empty(Load([.. Authenticated, "Sharing:Enabled=true", $"Sharing:ShareBy={by}"]).Errors);
        Assert.Equal(
            [$"SseGateway:Routes:r:Sharing:{error}"],
            Load([.. Authenticated, "Routes:r:Sharing:Enabled=true", $"Routes:r:Sharing:ShareBy={by}", "Routes:r:Authentication:Mode=None"]).Errors);
    }

    [Theory]
    [InlineData("--share", "Sharing:Enabled", "true")]
    [InlineData("--share false", "Sharing:Enabled", "false")]
    [InlineData("--share-by subject --share-by header:X-Room", "Sharing:ShareBy", "subject,header:X-Room")]
    [InlineData("--share-ids Gateway", "Sharing:Ids", "Gateway")]
    [InlineData("--share-join last:5", "Sharing:Join", "last:5")]
    [InlineData("--share-log-bytes 8192", "Sharing:LogBytes", "8192")]
    [InlineData("--share-log-count 5", "Sharing:LogCount", "5")]
    [InlineData("--share-log-age 5m", "Sharing:LogAge", "5m")]
    [InlineData("--share-linger 5s", "Sharing:Linger", "5s")]
    [InlineData("--share-on-gap Live", "Sharing:OnGap", "Live")]
    [InlineData("--share-on-slow Skip", "Sharing:OnSlow", "Skip")]
    [InlineData("--share-give-up-after 5m", "Sharing:GiveUpAfter", "5m")]
    [InlineData("--max-shared-streams 5", "Limits:SharedStreams", "5")]
    public void A_flag_is_a_setting(string line, string path, string value)
    {
        var result = CommandLine.Parse(line.Split(' '));
        Assert.Empty(result.Errors);
        Assert.Equal(value, result.Values["SseGateway:" + path]);
    }

    [Fact]
    public async Task Every_wrong_flag_is_named_at_once_and_nothing_starts()
    {
        var (exitCode, output, errors) = await GatewayProcess.RunAsync(
            "--upstream", "http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--share", "perhaps", "--share-by", "user",
            "--share-ignore-query", "a b", "--share-ids", "Both",
            "--share-join", "first",
            "--share-log-bytes", "1", "--share-log-count", "0", "--share-log-age", "old", "--share-linger", "long", "--share-on-gap", "Wait", "--share-on-slow",
            "Wait",
            "--share-give-up-after", "never", "--share-snapshot", "gateway.gap", "--max-shared-streams", "-1");

        Assert.Equal((2, ""), (exitCode, output));
        var lines = errors.Trim().Split('\n');
        Assert.Equal(14, lines.Length);
        var flags = GatewayFlags.Create().Select(
            flag => flag.Option.Name).Where(flag => flag.StartsWith("--share", StringComparison.Ordinal) || flag == "--max-shared-streams");
        Assert.All(flags, flag => Assert.Single(lines, line => line.Contains($"{flag} (SseGateway:", StringComparison.Ordinal)));
    }

    private static (bool Defaults, bool Route) Enabled(params string[] settings)
    {
        var (loaded, errors) = Load(settings);
        Assert.Empty(errors);
        return (loaded.Defaults.Sharing.Enabled, loaded.ForRoute("r").Sharing.Enabled);
    }

    private static (GatewaySettings Settings, IReadOnlyList<string> Errors) Load(params string[] settings)
    {
        var errors = new StartupErrors();
        var values = settings.Select(setting => setting.Split('=', 2)).Select(setting => KeyValuePair.Create("SseGateway:" + setting[0], (string?)setting[1]))
            .Append(KeyValuePair.Create("ReverseProxy:Routes:r:ClusterId", (string?)"c"));
        return (GatewaySettings.Load(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), errors), errors.Lines);
    }
}
