using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Keeping;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class KeepSettingsTests
{
    [Fact]
    public void Nothing_is_kept_and_nothing_waits_unless_it_is_asked_for()
    {
        var (settings, errors) = Load();
        Assert.Empty(errors);
        Assert.Equal((false, TimeSpan.Zero, false), (settings.Defaults.Keep.Enabled, settings.Defaults.Coalesce, settings.All.AnyKeeps));
        Assert.DoesNotContain("Gateway-Stream", settings.Defaults.Cors.ExposeHeaders);
    }

    [Fact]
    public void Every_setting_is_read_and_a_route_has_its_own()
    {
        var (settings, errors) = Load(
            "Keep:LogBytes=8192", "Keep:Answers=3", "Keep:AnswersPerSubject=2", "Keep:Age=1m", "Keep:GraceAfterLeave=0", "Keep:ResumePath=/c/{id}",
            "Coalesce=50ms", "Routes:r:Keep:Enabled=true", "Routes:r:Coalesce=5ms");
        Assert.Empty(errors);
        var all = new KeepSettings
        {
            LogBytes = 8192,
            Answers = 3,
            AnswersPerSubject = 2,
            Age = TimeSpan.FromMinutes(1),
            GraceAfterLeave = TimeSpan.Zero,
            ResumePath = new ResumePath("/c/", ""),
        };
        var route = settings.ForRoute("r");
        Assert.Equal((all, all with { Enabled = true }), (settings.Defaults.Keep, route.Keep));
        Assert.Equal((50, 5), (settings.Defaults.Coalesce.TotalMilliseconds, route.Coalesce.TotalMilliseconds));
        Assert.Contains("Gateway-Stream", route.Cors.ExposeHeaders);
        Assert.True(settings.All.AnyKeeps);
    }

    [Fact]
    public void Every_wrong_value_is_an_error_of_its_own()
    {
        var (_, errors) = Load(
            "Keep:LogBytes=100", "Keep:Answers=0", "Keep:AnswersPerSubject=0", "Keep:Age=0", "Keep:GraceAfterLeave=-1s", "Keep:ResumePath=chat",
            "Coalesce=51ms",
            "Keep:Enabled=perhaps", "Keep:MaxBytes=1");
        Assert.Equal(
            [
                "SseGateway:Coalesce", "SseGateway:Keep:Age", "SseGateway:Keep:Answers", "SseGateway:Keep:AnswersPerSubject", "SseGateway:Keep:Enabled",
                "SseGateway:Keep:GraceAfterLeave", "SseGateway:Keep:LogBytes", "SseGateway:Keep:MaxBytes", "SseGateway:Keep:ResumePath",
            ],
            errors.Select(error => error[..error.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    private static (GatewaySettings Settings, IReadOnlyList<string> Errors) Load(params string[] settings)
    {
        var errors = new StartupErrors();
        var pairs = settings.Select(setting => setting.Split('=', 2)).Select(pair => new KeyValuePair<string, string?>("SseGateway:" + pair[0], pair[1]));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(pairs).Build();
        return (GatewaySettings.Load(configuration, errors, requireRoutes: false), errors.Lines);
    }
}
