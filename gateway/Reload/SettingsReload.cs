using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Tree;
using SseGateway.Streams.Endings;
using SseGateway.Streams.Life;
using SseGateway.Streams.Limits;
using Yarp.ReverseProxy.Configuration;

namespace SseGateway.Reload;

/// <summary>
/// Puts changed settings in force: all of them, when all of them are right, and otherwise none. Streams that live go on as they are,
/// but for those of an API key that is not listed any more.
/// </summary>
internal sealed partial class SettingsReload(
    ReloadSource source,
    CurrentSettings current,
    AcceptedRoutes routes,
    SettingsStamp stamp,
    StreamRegistry registry,
    StreamLimiter limiter,
    IConfigValidator validator,
    IOptions<HostOptions> host,
    IConfiguration configuration,
    ILogger<SettingsReload> logger)
{
    // What the host itself has taken at its start, and goes by to its end.
    private static readonly string[] HostSections = ["Kestrel", "Logging", "AllowedHosts"];

    private readonly string? _urls = configuration["urls"];
    private readonly Dictionary<string, string?> _host = Host(configuration);

    /// <summary>Reads the settings again. What is wrong with them goes to the log, every error at once. One call at a time.</summary>
    /// <returns>False when they are wrong; then nothing has changed.</returns>
    public async Task<bool> RunAsync()
    {
        var errors = new StartupErrors(source.Flags);
        if (await ReadAsync(errors) is not ({ } read, { } settings))
        {
            foreach (var line in errors.Lines)
            {
                LogWrong(logger, line);
            }

            return false;
        }

        WarnOfWhatStays(current.Value, settings, read);

        // The settings first: a route that is new must never be there without them.
        stamp.Advance();
        current.Replace(settings);
        limiter.Limit(settings.MaxStreams);
        registry.Memory.SetLimit(settings.MaxBufferBytes);
        host.Value.AllowFor(settings);
        routes.Replace(read);

        // After the settings: a stream that is being admitted looks at them after it is listed.
        var ended = registry.End(
            stream => stream.KeyId is { } key && !settings.ForRoute(stream.RouteId).Authentication.ApiKeys.Lists(key), CloseReason.Revoked);
        LogReloaded(logger, ended);
        return true;
    }

    private async Task<(SettingNode, GatewaySettings)?> ReadAsync(StartupErrors errors)
    {
        try
        {
            var read = SettingTree.Read(source.Read());
            var settings = GatewaySettings.Load(read, errors, source.Standalone);
            using var yarp = Yarp(read);
            var own = source.Standalone ? new OwnAddresses(read, settings.Admin) : null;
            await ReverseProxyCheck.CheckAsync(validator, yarp.GetServices<IProxyConfigProvider>(), errors, own, hosted: !source.Standalone);
            return errors.Lines.Count == 0 ? (read, settings) : null;
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            errors.Add("configuration", $"cannot be read: {SettingsFile.Describe(error)}");
            return null;
        }
    }

    // YARP's own reader of its section is internal; this is the way to it.
    private static ServiceProvider Yarp(SettingNode configuration)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.TryAddSingleton<IConfiguration>(configuration);
        services.AddReverseProxy().LoadFromConfig(configuration.GetSection(AcceptedRoutes.Section));
        return services.BuildServiceProvider();
    }

    // What the listeners and the connections that are there were made with.
    private void WarnOfWhatStays(GatewaySettings old, GatewaySettings settings, SettingNode read)
    {
        if (read["urls"] != _urls)
        {
            LogStays(logger, "urls");
        }

        if (old.Admin != settings.Admin)
        {
            LogStays(logger, "SseGateway:Admin");
        }

        if (old.UpstreamAuthorities != settings.UpstreamAuthorities)
        {
            LogStays(logger, "SseGateway:UpstreamCaFile");
        }

        if (old.AccessLog != settings.AccessLog)
        {
            LogStays(logger, "SseGateway:AccessLog");
        }

        if (old.Fleet != settings.Fleet)
        {
            LogStays(logger, "SseGateway:Fleet");
        }

        if (old.Defaults.Timeouts.Connect != settings.Defaults.Timeouts.Connect)
        {
            LogStays(logger, "SseGateway:Timeouts:Connect");
        }

        if (old.Defaults.Timeouts.ConnectionLifetime != settings.Defaults.Timeouts.ConnectionLifetime)
        {
            LogStays(logger, "SseGateway:Timeouts:ConnectionLifetime");
        }

        if (old.Defaults.Timeouts.Unacknowledged != settings.Defaults.Timeouts.Unacknowledged)
        {
            LogStays(logger, "SseGateway:Timeouts:Unacknowledged");
        }

        // An application that hosts the gateway has its own ways to take them.
        foreach (var setting in source.Standalone ? Changed(_host, Host(read)) : [])
        {
            LogStays(logger, setting);
        }
    }

    private static Dictionary<string, string?> Host(IConfiguration configuration) => HostSections
        .SelectMany(section => configuration.GetSection(section).AsEnumerable())
        .Where(pair => pair.Value is not null)
        .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    // Kestrel:Endpoints:Https and not each of its parts.
    private static IEnumerable<string> Changed(Dictionary<string, string?> old, Dictionary<string, string?> read) => old.Keys.Union(read.Keys)
        .Where(key => old.GetValueOrDefault(key) != read.GetValueOrDefault(key))
        .Select(key => string.Join(':', key.Split(':').Take(3)))
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Order(StringComparer.Ordinal);

    [LoggerMessage(EventId = 130, Level = LogLevel.Information,
        Message = "The settings were reloaded; they hold for new streams. {Ended} streams of API keys that are gone were ended")]
    private static partial void LogReloaded(ILogger logger, int ended);

    [LoggerMessage(EventId = 131, Level = LogLevel.Error, Message = "The settings were not reloaded, those before stay in force: {Error}")]
    private static partial void LogWrong(ILogger logger, string error);

    [LoggerMessage(EventId = 132, Level = LogLevel.Warning, Message = "{Setting} has changed; that takes a restart")]
    private static partial void LogStays(ILogger logger, string setting);
}
